// Who was read longest ago: a list through the entries themselves, so that 28,000 of them cost no memory of their own
// and going to the end, or leaving, is the same work for every one.
import type { Entry } from './entry.ts';

export interface Turn {
  /** The one read longest ago. */
  oldest(): Entry | undefined;
  /** It was read just now: it goes to the end. A new one is added there. */
  toEnd(entry: Entry): void;
  remove(entry: Entry): void;
}

export function createTurn(): Turn {
  let first: Entry | undefined;
  let last: Entry | undefined;

  function remove(entry: Entry): void {
    const { older, younger } = entry;
    if (older === undefined && first !== entry) return; // not in the list
    if (older === undefined) first = younger;
    else older.younger = younger;
    if (younger === undefined) last = older;
    else younger.older = older;
    entry.older = undefined;
    entry.younger = undefined;
  }

  return {
    oldest: () => first,
    remove,
    toEnd(entry) {
      if (last === entry) return;
      remove(entry);
      entry.older = last;
      if (last === undefined) first = entry;
      else last.younger = entry;
      last = entry;
    },
  };
}
