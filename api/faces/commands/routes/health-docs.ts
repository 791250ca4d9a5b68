import { createRoute, z } from '@hono/zod-openapi';
import type { FaceApp } from '../../../http/face.ts';
import { answer } from '../../../http/route-answers.ts';

const status = z.enum(['healthy', 'degraded', 'unhealthy']).openapi({
  description: '`degraded`: a dependency is away that the service can do without for a while.',
});
const identity = {
  status,
  service: z.string().openapi({ example: 'scheduler-service' }),
  version: z.string().openapi({ example: '1.0.0' }),
  timestamp: z.string(),
  uptime_seconds: z.number(),
};
const health = z.object(identity).openapi('Health');
const dependency = z.object({
  status: z.enum(['up', 'degraded', 'down']),
  latency_ms: z.number(),
  message: z.string().optional(),
});
const detailed = z.object({ ...identity, dependencies: z.record(z.string(), dependency) }).openapi('DetailedHealth');
const ready = z.object({ status: z.enum(['ready', 'not_ready']), reason: z.string().optional() }).openapi('Readiness');
const live = z.object({ status: z.literal('alive') }).openapi('Liveness');

const TAGS = ['Health'];
const OPEN = 'Needs no credential.';

const ROUTES = [
  createRoute({
    method: 'get',
    path: '/health',
    tags: TAGS,
    summary: 'Basic health check',
    description: OPEN,
    responses: { 200: answer('It works, perhaps degraded.', health), 503: answer('The database is away.', health) },
  }),
  createRoute({
    method: 'get',
    path: '/health/detailed',
    tags: TAGS,
    summary: 'Detailed health with dependencies',
    description: `Each dependency with its status and latency. ${OPEN}`,
    responses: { 200: answer('It works, perhaps degraded.', detailed), 503: answer('The database is away.', detailed) },
  }),
  createRoute({
    method: 'get',
    path: '/ready',
    tags: TAGS,
    summary: 'Kubernetes readiness probe',
    description: `Whether requests should be sent here. ${OPEN}`,
    responses: { 200: answer('Yes.', ready), 503: answer('Not now.', ready) },
  }),
  createRoute({
    method: 'get',
    path: '/live',
    tags: TAGS,
    summary: 'Kubernetes liveness probe',
    description: `Whether the process answers at all; whatever its dependencies do. ${OPEN}`,
    responses: { 200: answer('It does.', live) },
  }),
];

/** Health belongs to the service (api/http/health.ts) and stands in this face's document: here it is only described. */
export function describeHealth(app: FaceApp): void {
  for (const route of ROUTES) app.openAPIRegistry.registerPath(route);
}
