// A minute of counts as one short word.

/** A count that moves by less than this is not drawn as a mountain. */
const LEAST_SPAN = 8;
/** Counts in a full minute. */
const STEPS = 30;

/**
 * Counts, oldest first, as `cells` glyphs of rising height, the present on the right; blank where nothing was counted
 * yet. Where there are fewer cells than counts a cell shows the largest of its own.
 * @param glyphs lowest first
 */
export function sparkline(counts: readonly number[], cells: number, glyphs: readonly string[]): string {
  const recent = counts.slice(-STEPS);
  const least = Math.min(...recent);
  const span = Math.max(LEAST_SPAN, Math.max(...recent) - least);
  const perCell = STEPS / cells;
  let text = '';
  for (let cell = 0; cell < cells; cell++) {
    // Counted from the right, where the present stands.
    const from = recent.length - Math.round((cells - cell) * perCell);
    const to = recent.length - Math.round((cells - cell - 1) * perCell);
    const here = recent.slice(Math.max(0, from), Math.max(0, to));
    if (here.length === 0) text += ' ';
    else text += glyphs[Math.floor(((Math.max(...here) - least) / span) * (glyphs.length - 1))] ?? '';
  }
  return text;
}
