// The measured numbers as the part of BENCHMARKS.md between the markers.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { short, table } from './figures.mjs';
import { PARTS } from './parts.mjs';
import { TABLES } from './tables.mjs';

const PAGE = new URL('../../BENCHMARKS.md', import.meta.url);
const BEGIN = '<!-- measured: written by npm run bench -->';
const END = '<!-- /measured -->';

function versionOf(command, ...args) {
  const { stdout = '' } = spawnSync(command, args, { encoding: 'utf8' });
  return (/\d+\.\d+(\.\d+)?/.exec(stdout ?? '') ?? ['?'])[0];
}

/** When each part was measured, and beside what: other work makes milliseconds larger. */
function runsTable(parts) {
  const rows = parts.map(({ name, at, load, seconds }) => [
    name,
    at.slice(0, 16).replace('T', ' '),
    load.toFixed(1),
    short(seconds),
  ]);
  return table(['part', 'measured until (UTC)', 'load before it', 'seconds'], rows);
}

/**
 * @param kept what kept.mjs has
 * @param {string[]} peers names of programs
 */
export function pageOf(kept, peers) {
  const parts = PARTS.flatMap((part) =>
    kept[part.name] === undefined ? [] : [{ ...part, ...kept[part.name] }],
  );
  const versions = peers.map((name) => `${name} ${versionOf(name, name === 'top' ? '-V' : '--version')}`);
  const chapters = TABLES.flatMap(({ kind, title, text, of }) => {
    const measured = parts.filter((part) => part.kind === kind);
    return measured.length === 0
      ? []
      : [`\n### ${title}\n\n${of(measured)}\n${text === undefined ? '' : `\n${text}\n`}`];
  });
  const model = cpus()[0]?.model.trim() ?? 'unknown CPU';
  return [
    `${[`${model}, ${cpus().length} cores`, `Linux ${release()}`, `Node ${process.versions.node}`, ...versions].join(', ')}.`,
    ...chapters,
    `\n### When\n\n${runsTable(parts)}\n`,
  ].join('\n');
}

/** Puts it between the markers, formatted as the format check wants it. @throws Error where the page has none */
export async function writePage(page, beginMark = BEGIN, endMark = END) {
  const text = readFileSync(PAGE, 'utf8');
  const [begin, end] = [text.indexOf(beginMark), text.indexOf(endMark)];
  if (begin < 0 || end < begin) throw new Error('BENCHMARKS.md has no markers');
  const whole = `${text.slice(0, begin + beginMark.length)}\n\n${page}\n${text.slice(end)}`;
  const filepath = fileURLToPath(PAGE);
  writeFileSync(PAGE, await format(whole, { ...(await resolveConfig(filepath)), filepath }));
}
