// Values into short text. Pure, and as narrow as the columns that use them.

export const UNKNOWN = '-';

const BYTE_UNITS = ['K', 'M', 'G', 'T', 'P'] as const;

/** Bytes in at most 5 cells, in powers of 1024: `0`, `912K`, `11M`, `3.1G`. */
export function bytes(value: number): string {
  let scaled = value / 1024;
  for (const unit of BYTE_UNITS) {
    if (scaled < 9.95 && unit !== 'K') return `${scaled.toFixed(1)}${unit}`;
    if (scaled < 999.5) return value === 0 ? '0' : `${Math.max(1, Math.round(scaled))}${unit}`;
    scaled /= 1024;
  }
  return `${Math.round(scaled)}E`;
}

/** A count in at most 5 cells: `31204`, `1.2M`. */
export function count(value: number): string {
  if (value < 100_000) return String(Math.round(value));
  if (value < 999_500) return `${Math.round(value / 1000)}k`;
  return `${(value / 1_000_000).toFixed(value < 9_950_000 ? 1 : 0)}M`;
}

/** A percentage in at most 5 cells: `0.0`, `99.9`, `100`, `1200`. */
export function percent(value: number): string {
  return value < 99.95 ? value.toFixed(1) : String(Math.round(value));
}

/** A rate in at most 5 cells, without its unit: `0`, `0.4`, `12`, `812`. */
export function rate(value: number): string {
  return value > 0 && value < 9.95 ? value.toFixed(1) : count(value);
}

const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');

/** CPU time in at most 8 cells, as htop's TIME+: `0:10.44`, `12:03.10`, `5h23:11`, `31d04h`. */
export function cpuTime(seconds: number): string {
  // In whole hundredths, as clock ticks are: a fraction of a second would lose one to rounding now and then.
  const hundredths = Math.round(seconds * 100);
  const whole = Math.floor(hundredths / 100);
  const minutes = Math.floor(whole / 60);
  const hours = Math.floor(minutes / 60);
  if (hours < 1) return `${minutes}:${two(whole % 60)}.${two(hundredths % 100)}`;
  if (hours < 100) return `${hours}h${two(minutes % 60)}:${two(whole % 60)}`;
  return `${Math.floor(hours / 24)}d${two(hours % 24)}h`;
}

/** An age or a wait in its two largest units: `8s`, `4m09s`, `2h15m`, `3d02h`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m${two(whole % 60)}s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)}h${two((whole % 3600) / 60)}m`;
  return `${Math.floor(whole / 86_400)}d${two((whole % 86_400) / 3600)}h`;
}

/** A moment as the local time of day, `14:02:11`. */
export function clock(wallMs: number): string {
  const time = new Date(wallMs);
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** When something began, in at most 8 cells of local time: `14:02:11` today, `Nov 21` this year, `2025`. */
export function startClock(wallMs: number, nowMs: number): string {
  const [then, now] = [new Date(wallMs), new Date(nowMs)];
  if (then.toDateString() === now.toDateString()) return clock(wallMs);
  if (then.getFullYear() !== now.getFullYear()) return String(then.getFullYear());
  return `${MONTHS[then.getMonth()]} ${String(then.getDate()).padStart(2)}`;
}

/** `app 12, root 3`, the most frequent first. */
export function tally(words: readonly string[], most = 4): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const sorted = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const shown = sorted.slice(0, most).map(([word, n]) => `${word} ${n}`);
  return shown.join(', ') + (sorted.length > most ? `, +${sorted.length - most} more` : '');
}

/** `1 process`, `2 processes`. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}
