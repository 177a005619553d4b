/** A cache that forgets: it holds what was used lately, never more than twice `limit` entries. */
export interface Recent<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): V;
  /** Entries held now. */
  size(): number;
}

/**
 * Two generations instead of a linked list: a full young one becomes the old one, and what is asked for again
 * moves back. A hit costs one Map look-up, and nothing is kept for longer than two fillings.
 */
export function recent<K, V>(limit: number): Recent<K, V> {
  let young = new Map<K, V>();
  let old = new Map<K, V>();

  function set(key: K, value: V): V {
    if (young.size >= limit) {
      old = young;
      young = new Map();
    }
    young.set(key, value);
    return value;
  }

  return {
    get(key) {
      const hit = young.get(key);
      if (hit !== undefined) return hit;
      const kept = old.get(key);
      return kept === undefined ? undefined : set(key, kept);
    },
    set,
    size: () => young.size + old.size,
  };
}
