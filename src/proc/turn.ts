// Whose turn it is longest: a list through the entries themselves, so that 28,000 of them cost no memory of their own
// and going to the end, or leaving, is the same work for every one.

/** Its neighbours in a turn; it can be in one only. */
export interface InTurn<Entry> {
  older: Entry | undefined;
  younger: Entry | undefined;
}

export interface Turn<Entry> {
  /** The one that went to the end longest ago. */
  oldest(): Entry | undefined;
  /** Its turn is over: it goes to the end. A new one is added there. */
  toEnd(entry: Entry): void;
  remove(entry: Entry): void;
}

export function createTurn<Entry extends InTurn<Entry>>(): Turn<Entry> {
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
