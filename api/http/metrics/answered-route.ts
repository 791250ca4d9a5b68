import type { Context } from 'hono';
import { matchedRoutes } from 'hono/route';

/** Names what no route took: its paths are anybody's. */
const UNMATCHED = 'unmatched';

/**
 * The route that a request met, as documents write it (`/api/v1/schedules/{id}`), without the prefix at which its face
 * stands. One that was refused before it was answered counts for the first route of its path.
 */
export function answeredRoute(c: Context, prefix: string): string {
  const routes = matchedRoutes(c);
  const last = routes[c.req.routeIndex];
  const met = last !== undefined && last.method !== 'ALL' ? last : routes.find(({ method }) => method !== 'ALL');
  if (met === undefined) return UNMATCHED;
  const path = met.path.startsWith(`${prefix}/`) ? met.path.slice(prefix.length) : met.path;
  return path.replace(/:(\w+)(?:\{[^/]*\})?\??/g, '{$1}');
}
