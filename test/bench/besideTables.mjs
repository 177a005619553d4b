// Tables of slotop beside others.
import { median, short, spread, table } from './figures.mjs';

/** One row a size, one column a program; the last column is slotop's share of htop's. */
export function programsTable(parts, key, scale = 1) {
  const names = Object.keys(parts[0].result);
  const of = ({ result }, name) => result[name].map((run) => run[key] / scale);
  const rows = parts.map((part) => {
    const share = part.result.htop ? short(median(of(part, 'slotop')) / median(of(part, 'htop'))) : '-';
    return [String(part.size), ...names.map((name) => spread(of(part, name))), share];
  });
  return table(['processes', ...names, 'slotop / htop'], rows);
}

export function pairTable(parts, names, of) {
  const rows = parts.map(({ size, result }) => {
    const [ours, theirs] = of(result);
    return [String(size), spread(ours), spread(theirs), short(median(ours) / median(theirs))];
  });
  return table(['processes', ...names, 'ratio'], rows);
}

export function churnTable(parts) {
  const middle = (runs, when, key) => median(runs.map((run) => run[when][key]));
  const rows = parts.map(({ size, result: { slotop, htop } }) => {
    const perRead = (when) => (1000 * middle(slotop, when, 'cpuMs')) / middle(slotop, when, 'reads');
    const [quiet, churning] = [middle(slotop, 'quiet', 'cpuMs'), middle(slotop, 'churning', 'cpuMs')];
    const theirs = htop && middle(htop, 'churning', 'cpuMs');
    return [
      String(size),
      short(quiet),
      short(churning),
      short(perRead('quiet')),
      short(perRead('churning')),
      short(perRead('churning') / perRead('quiet')),
      short(theirs),
      short(churning / theirs),
    ];
  });
  const perRead = ['us a read, quiet', 'us a read, churning', 'ratio'];
  const head = ['processes', 'quiet, ms', 'churning, ms', ...perRead, 'htop churning, ms', 'slotop / htop'];
  return table(head, rows);
}

export function firstFrameTable(parts) {
  const rows = parts.map(({ size, result: { first, whole, cpuMs, node } }) => [
    String(size),
    ...[first, whole, cpuMs, node].map(spread),
    short(median(first) / median(node)),
  ]);
  const head = ['processes', 'first frame', 'whole table', 'CPU to first', 'node -e 0', 'first / node'];
  return table(head, rows);
}
