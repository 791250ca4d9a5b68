const NEXT = /<([^>]*)>\s*;[^,]*\brel="?next\b/;

/** The items of one page, as an array; `total` counts those of all pages. What is made of it is a plain array. */
export class Page extends Array {
  #link;

  static get [Symbol.species]() {
    return Array;
  }

  constructor(items, { total, limit, offset, link } = {}) {
    super();
    this.push(...items);
    this.total = total ?? items.length;
    this.limit = limit ?? null;
    this.offset = offset ?? null;
    this.#link = link ?? null;
  }

  /** The query of the page after this one, which `query` asked for; null after the last. */
  nextQuery(query) {
    if (this.length === 0) return null;
    if (this.#link !== null) {
      // Of the link only the query is taken: the key must not follow it to another place.
      const link = NEXT.exec(this.#link);
      const next = link === null ? null : new URL(link[1], 'http://service').searchParams;
      return next === null ? null : { ...query, ...Object.fromEntries(next) };
    }
    const seen = Number(this.offset ?? query.offset ?? 0) + this.length;
    return seen < this.total ? { ...query, offset: seen } : null;
  }
}

/**
 * All items of a list, page by page, from the page that `query` asks for. An item that moved to the next page meanwhile,
 * because something was put before it, is given once. `ask(query)` fetches a page.
 */
export async function* allPages(ask, query, idOf) {
  let before = new Set();
  for (let next = query; next !== null;) {
    const page = await ask(next);
    for (const item of page) if (!before.has(idOf(item))) yield item;
    before = new Set(page.map(idOf));
    next = page.nextQuery(next);
  }
}
