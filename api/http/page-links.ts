import type { Context } from 'hono';

/** Where a page lies in its list, as `limit` and `offset` count. */
export interface Page {
  readonly limit: number;
  readonly offset: number;
  readonly hasMore: boolean;
  /** Where the list's length is known, `last` is told too. */
  readonly total?: number;
}

/** Sets the `Link` header of a page (RFC 8288): first, prev, next, and last where the length is known. */
export function linkPages(c: Context, page: Page): void {
  const { limit, offset, hasMore, total } = page;
  const at = (start: number) => {
    const url = new URL(c.req.url);
    url.searchParams.set('limit', String(limit));
    url.searchParams.set('offset', String(start));
    return `${url.pathname}${url.search}`;
  };
  const links = [`<${at(0)}>; rel="first"`];
  if (offset > 0) links.push(`<${at(Math.max(0, offset - limit))}>; rel="prev"`);
  if (hasMore) links.push(`<${at(offset + limit)}>; rel="next"`);
  if (total !== undefined && total > 0) links.push(`<${at(Math.floor((total - 1) / limit) * limit)}>; rel="last"`);
  c.header('Link', links.join(', '));
}
