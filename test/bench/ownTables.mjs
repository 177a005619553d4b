// Tables of slotop alone.
import { percentile, short, table } from './figures.mjs';

export function keysTable(parts) {
  const times = (latencies) => `${short(percentile(latencies, 50))} / ${short(percentile(latencies, 95))}`;
  const rows = parts.map(({ size, isTree, result: { cpuMsPerKey, latencies } }) => [
    isTree ? `${size} (made up)` : String(size),
    short(cpuMsPerKey),
    ...['quiet', 'first', 'fresh', 'echo'].map((when) => times(latencies[when] ?? [])),
  ]);
  return table(['processes', 'CPU a key, ms', 'ms, warm', 'ms, first 5 s', 'ms, whole looks', 'cat'], rows);
}

export function memoryTable(parts) {
  const rows = parts.map(({ size, isChurning, result: { frames, seconds, most, last, slope } }) => [
    isChurning ? `${size}, churning` : String(size),
    String(frames),
    short(seconds),
    short(most / 1e6),
    last === undefined ? '' : short(last / 1e6),
    short((slope * 1000) / 1e6),
  ]);
  return table(['processes', 'frames', 'seconds', 'most, MB', 'at the end, MB', 'MB per 1,000 frames'], rows);
}

export function slowTable(parts) {
  const rows = parts.flatMap(({ result: { stalled, slow } }) =>
    [
      ['reads nothing for 5 s', stalled],
      ['reads 2 KB/s for 15 s', slow],
    ].map(([name, { taken, grown, ms, bytes }]) => [
      name,
      String(taken),
      short(grown / 1e6),
      short(ms),
      String(bytes),
    ]),
  );
  return table(['terminal', 'bytes read', 'memory on top, MB', 'to be up to date, ms', 'in bytes'], rows);
}

export function hugeTable(parts) {
  const rows = parts.map(({ size, result: { cpuMs, bytes, rss, interval } }) => [
    String(size),
    short(cpuMs),
    interval === undefined ? '-' : String(interval),
    String(Math.round(bytes)),
    short(rss / 1e6),
  ]);
  return table(['processes', 'CPU a look, ms', 'seconds to the next', 'bytes a look', 'memory, MB'], rows);
}

export function framesTable([{ result }]) {
  const rows = result.map(({ what, stock, fast, ratio, bytes }) => [
    what,
    ...[stock, fast, ratio].map(short),
    String(Math.round(bytes)),
  ]);
  return table(['frame', 'stock', 'ours', 'ratio', 'bytes'], rows);
}
