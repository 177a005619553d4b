// Lines of a pane that are made only where they are in sight: all of a report on 20,000 targets took 40 ms a draw.

/** What a pane asks of its lines; an array will do. Places are not negative. */
export type PaneLines = Pick<readonly string[], 'length' | 'slice'>;

/** A line for each item. */
export function lineEach<Item>(items: readonly Item[], lineOf: (item: Item) => string): PaneLines {
  return { length: items.length, slice: (from, to) => items.slice(from, to).map(lineOf) };
}

/** Lines for each item. @param ends how many lines there are up to the end of each */
export function linesEach<Item>(
  items: readonly Item[],
  ends: Uint32Array,
  linesOf: (item: Item) => readonly string[],
): PaneLines {
  const length = ends.at(-1) ?? 0;
  return {
    length,
    slice(from = 0, to = length) {
      const first = firstEndBehind(ends, from);
      const start = first > 0 ? (ends[first - 1] as number) : 0;
      const lines: string[] = [];
      for (let at = first; at < items.length && start + lines.length < to; at++)
        lines.push(...linesOf(items[at] as Item));
      return lines.slice(from - start, Math.max(0, to - start));
    },
  };
}

function firstEndBehind(ends: Uint32Array, line: number): number {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] as number) > line) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** One below the other. */
export function below(parts: readonly PaneLines[]): PaneLines {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return {
    length,
    slice(from = 0, to = length) {
      let above = 0;
      return parts.flatMap((part) => {
        const start = above;
        above += part.length;
        if (above <= from || start >= to) return [];
        return part.slice(Math.max(0, from - start), Math.min(part.length, to - start));
      });
    },
  };
}
