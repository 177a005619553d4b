// The measured numbers as the part of BENCHMARKS.md between the markers.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const PAGE = new URL('../../BENCHMARKS.md', import.meta.url);
const BEGIN = '<!-- measured: written by npm run bench -->';
const END = '<!-- /measured -->';

const sorted = (values) => values.toSorted((a, b) => a - b);
const median = (values) => sorted(values)[values.length >> 1];
const short = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(2).replace(/e\+.*$/, ''));
/** Median, and in brackets the lowest and the highest of the runs. */
function spread(values) {
  const order = sorted(values);
  return `${short(median(values))} (${short(order[0])} to ${short(order.at(-1))})`;
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, at) => (at === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

/** One row a size, one column a program; the last column is slotop's share of htop's. */
function watchedTable(results, key) {
  const names = Object.keys(results[0].watched);
  const of = (result, name) => result.watched[name].map((run) => run[key]);
  const rows = results.map((result) => {
    const share = result.watched.htop
      ? short(median(of(result, 'slotop')) / median(of(result, 'htop')))
      : '-';
    return [String(result.count), ...names.map((name) => spread(of(result, name))), share];
  });
  return table(['processes', ...names, 'slotop / htop'], rows);
}

function pairTable(results, ours, theirs) {
  const rows = results.map(({ count, once }) => [
    String(count),
    spread(once[ours]),
    spread(once[theirs]),
    short(median(once[ours]) / median(once[theirs])),
  ]);
  return table(['processes', ours, theirs, 'ratio'], rows);
}

function versionOf(command, ...args) {
  const { stdout = '' } = spawnSync(command, args, { encoding: 'utf8' });
  return (/\d+\.\d+(\.\d+)?/.exec(stdout ?? '') ?? ['?'])[0];
}

/**
 * @param results what inside.mjs printed, one a size
 * @param frames what inkFrame() answers
 */
export function pageOf(results, frames) {
  const peers = Object.keys(results[0].watched).filter((name) => name !== 'slotop');
  const versions = peers.map((name) => `${name} ${versionOf(name, name === 'top' ? '-V' : '--version')}`);
  const frameRows = frames.map(({ what, stock, fast, ratio, bytes }) =>
    [what, short(stock), short(fast), short(ratio), String(Math.round(bytes))].map(String),
  );
  const tables = [
    ['CPU per refresh, whole program with drawing, ms', watchedTable(results, 'cpuMs')],
    ['Bytes to the terminal per refresh, idle', watchedTable(results, 'bytes')],
    ['Seconds from refresh to refresh', watchedTable(results, 'seconds')],
    [
      'Memory at the end, MB',
      watchedTable(
        results.map(({ watched, ...rest }) => ({
          ...rest,
          watched: Object.fromEntries(
            Object.entries(watched).map(([name, runs]) => [name, runs.map(({ rss }) => ({ mb: rss / 1e6 }))]),
          ),
        })),
        'mb',
      ),
    ],
    ['One answer, CPU ms', pairTable(results, 'list --json', 'ps aux')],
    ['First frame with real rows, wall ms', pairTable(results, 'first frame', 'node -e 0')],
    [
      'A frame of 50x200, CPU ms: Ink as published and with our parts',
      table(['frame', 'stock', 'ours', 'ratio', 'bytes'], frameRows),
    ],
  ];
  const load = loadavg().map((value) => value.toFixed(1));
  return [
    `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${cpus().length} cores, Linux ${release()}, Node ${process.versions.node}, ${versions.join(', ')}.`,
    `${new Date().toISOString().slice(0, 10)}, load ${load.join(' ')} at the end. Command: \`npm run bench -- --sizes ${results.map(({ count }) => count).join(',')}\`.`,
    ...tables.map(([title, text]) => `\n### ${title}\n\n${text}`),
    '',
  ].join('\n');
}

/** Puts it between the markers, formatted as the format check wants it. @throws Error where the page has none */
export async function writePage(page) {
  const text = readFileSync(PAGE, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error('BENCHMARKS.md has no markers');
  const whole = `${text.slice(0, begin + BEGIN.length)}\n\n${page}\n${text.slice(end)}`;
  const filepath = fileURLToPath(PAGE);
  writeFileSync(PAGE, await format(whole, { ...(await resolveConfig(filepath)), filepath }));
}
