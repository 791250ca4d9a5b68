import { createMiddleware } from 'hono/factory';
import { Counter, Histogram, type Registry } from 'prom-client';
import type { WebBindings } from '../web-deps.ts';
import { answeredRoute } from './answered-route.ts';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const BOUNDS_S = [0.005, 0.025, 0.1, 0.25, 1, 2.5, 10];

/**
 * Counts requests by face, method, route and class of status. The route is the template that the request met, never its
 * path: a scan of unknown paths makes one series, `unmatched`.
 */
export function httpMetrics(registry: Registry, monotonicMs: () => number) {
  const requests = new Counter({
    name: 'almanac_http_requests_total',
    help: 'Requests that were answered.',
    labelNames: ['face', 'method', 'route', 'status'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'almanac_http_request_duration_seconds',
    help: 'How long requests took.',
    labelNames: ['face', 'method'],
    buckets: BOUNDS_S,
    registers: [registry],
  });
  return createMiddleware<{ Bindings: WebBindings }>(async (c, next) => {
    const beganMs = monotonicMs();
    await next();
    const { face, route } = c.env.route ?? { face: 'service', route: answeredRoute(c, '') };
    const method = METHODS.has(c.req.method) ? c.req.method : 'other';
    requests.inc({ face, method, route, status: `${Math.floor(c.res.status / 100)}xx` });
    durations.observe({ face, method }, (monotonicMs() - beganMs) / 1000);
  });
}
