// Numbers as text, and tables of them.

const sorted = (values) => values.toSorted((a, b) => a - b);

export function median(values) {
  const order = sorted(values);
  return (order[(values.length - 1) >> 1] + order[values.length >> 1]) / 2;
}

/** The value that so many percent of them stay under. */
export const percentile = (values, percent) =>
  sorted(values)[Math.min(values.length - 1, Math.floor((values.length * percent) / 100))];

export function short(value) {
  if (value === undefined || !Number.isFinite(value)) return '-';
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(2).replace(/e\+.*$/, '');
}

/** Median, and in brackets the lowest and the highest of the runs, where there are several. */
export function spread(values) {
  const order = sorted(values);
  const middle = short(median(values));
  return values.length === 1 ? middle : `${middle} (${short(order[0])} to ${short(order.at(-1))})`;
}

export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, at) => (at === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}
