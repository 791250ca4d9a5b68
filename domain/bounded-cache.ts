/** Remembers what `make` answered, for at most `limit` keys; the oldest entry makes room. Only for pure answers. */
export class BoundedCache<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #limit: number;
  readonly #make: (key: K) => V;

  constructor(limit: number, make: (key: K) => V) {
    this.#limit = limit;
    this.#make = make;
  }

  get(key: K): V {
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const made = this.#make(key);
    if (this.#entries.size >= this.#limit) {
      const oldest = this.#entries.keys().next();
      if (oldest.done !== true) this.#entries.delete(oldest.value);
    }
    this.#entries.set(key, made);
    return made;
  }
}
