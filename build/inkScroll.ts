// A table that is scrolled: most of its lines stand on the screen already, some lines higher or lower. The terminal moves
// them itself by two short sequences (CSI M and L, which every terminal has since the VT102), where sending them anew is a
// screen of 8 KB: 4 s of a line that takes 2 KB a second.

export interface Scroll {
  /** The lines from there are the same as those so many lines below (negative: above) in the frame before. */
  readonly first: number;
  readonly last: number;
  readonly by: number;
}

/** Fewer lines than that are not worth a movement that a terminal may show. */
const LEAST = 3;

/** How `standing` has to be scrolled so that more of it can stay; undefined where all is better left in its place. */
export function scrollOf(standing: readonly string[], next: readonly string[]): Scroll | undefined {
  if (standing.length !== next.length) return undefined;
  const found = new Map<number, Scroll & { readonly count: number }>();
  const places = placesOf(standing);
  for (const [at, line] of next.entries()) {
    const place = places.get(line) ?? NOWHERE;
    if (place === NOWHERE || standing[at] === line) continue;
    const by = place - at;
    const { first = at, count = 0 } = found.get(by) ?? {};
    found.set(by, { first, last: at, by, count: count + 1 });
  }
  let best: (Scroll & { readonly count: number }) | undefined;
  for (const one of found.values()) if (one.count > (best?.count ?? 0)) best = one;
  if (best === undefined) return undefined;
  const lost = countEqual(standing, next, best);
  return best.count - lost < LEAST ? undefined : best;
}

const NOWHERE = -1;

/** Where each line stands; nowhere when it stands in two places. */
function placesOf(lines: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const [at, line] of lines.entries()) places.set(line, places.has(line) ? NOWHERE : at);
  return places;
}

/** Lines that would have to be drawn again, though they stand in their place. */
function countEqual(
  standing: readonly string[],
  next: readonly string[],
  { first, last, by }: Scroll,
): number {
  let count = 0;
  for (let at = Math.min(first, first + by); at <= Math.max(last, last + by); at++)
    if (standing[at] === next[at] && standing[at + by] !== next[at]) count++;
  return count;
}

/** What stands there then: the lines that came free are blank. */
export function scrolled(standing: readonly string[], scroll: Scroll): string[] {
  const { deleteAt, insertAt, count } = movesOf(scroll);
  const lines = [...standing];
  lines.splice(deleteAt, count);
  lines.splice(insertAt, 0, ...Array<string>(count).fill(''));
  return lines;
}

/** @returns what to send; the cursor goes to the last line */
export function scrollSequence(scroll: Scroll, rows: number): string {
  const { deleteAt, insertAt, count } = movesOf(scroll);
  // New lines are blank in the colours of the moment. Deleted first: what is below comes up, and goes back.
  return `\x1b[0m\x1b[${deleteAt + 1}H\x1b[${count}M\x1b[${insertAt + 1}H\x1b[${count}L\x1b[${rows}H`;
}

function movesOf({ first, last, by }: Scroll): { deleteAt: number; insertAt: number; count: number } {
  if (by > 0) return { deleteAt: first, insertAt: last + 1, count: by };
  return { deleteAt: last + 1 + by, insertAt: first + by, count: -by };
}
