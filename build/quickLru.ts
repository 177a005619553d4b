// What Ink keeps of texts that it has measured and wrapped, in place of quick-lru: with that it is 8,192 of each, though
// hardly a line of a live table ever comes again: a part of what memory grew by for the first quarter of an hour.
import { recent } from './recent.ts';

/** Lines of some screens; up to twice as many are kept. */
const MOST = 256;

export default class QuickLru<K, V> {
  readonly #kept = recent<K, V>(MOST);

  get(key: K): V | undefined {
    return this.#kept.get(key);
  }

  set(key: K, value: V): this {
    this.#kept.set(key, value);
    return this;
  }

  get size(): number {
    return this.#kept.size();
  }
}
