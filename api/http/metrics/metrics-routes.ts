import { createHash, timingSafeEqual } from 'node:crypto';
import { Hono } from 'hono';
import type { Registry } from 'prom-client';
import type { MetricsReading } from '../../../db/queries/metrics-read.ts';
import { faultOf } from '../fault.ts';
import { bearerOf } from '../identify.ts';
import { keptAnswer } from '../kept-answer.ts';
import { isFromThisMachine, peerAddress } from '../peer.ts';
import { refuse } from '../refuse.ts';
import { demandRole } from '../roles.ts';
import { serviceDialect } from '../service-dialect.ts';
import { unauthenticated } from '../unauthenticated.ts';
import type { WebBindings, WebDeps } from '../web-deps.ts';
import { exposition, type Family } from './exposition.ts';
import { scheduleFamilies } from './schedule-families.ts';
import { serviceFamilies } from './service-families.ts';

export interface MetricsDeps {
  /** What this process counts itself. */
  readonly registry: Registry;
  /** What the database keeps, for the whole service; null in a process that leaves it to the API. */
  readonly read: (() => Promise<MetricsReading>) | null;
  /** Whether what this process depends on is there, by name; asked at each reading. */
  readonly dependencies: () => Readonly<Record<string, boolean>>;
  /** METRICS_TOKEN; null where none is set. */
  readonly token: string | null;
  /** Whether programs on this machine need no credential (OPEN_FACES). */
  readonly openToLoopback: boolean;
  /** How the service's own credentials are checked; null in a process that knows none. */
  readonly guard: Pick<WebDeps, 'authenticate' | 'rateLimit'> | null;
  readonly log: { warn(fields: object, message: string): void };
  readonly now: () => number;
  readonly monotonicMs: () => number;
}

/** Scrapes of several Prometheus servers, and of the curious, cost the database one reading in this time. */
const KEPT_MS = 5_000;

/** `GET /metrics` in Prometheus' text format. Nothing in it is a user's: labels hold words of ours alone. */
export function metricsRoutes(deps: MetricsDeps): Hono<{ Bindings: WebBindings }> {
  const app = new Hono<{ Bindings: WebBindings }>();
  const families = keptAnswer(KEPT_MS, deps.monotonicMs, () => readFamilies(deps));
  app.onError((error, c) => refuse(c, faultOf(error), serviceDialect, deps.now()));
  app.get('/metrics', async (c) => {
    await admit(c.env, deps);
    const { isUp, shared } = await families();
    const up = { ...deps.dependencies(), ...(isUp === null ? {} : { database: isUp }) };
    const own = await deps.registry.metrics();
    const text = `${exposition([...shared, dependencyFamily(up)])}\n${own}`;
    return c.body(text, 200, { 'Content-Type': deps.registry.contentType, 'Cache-Control': 'no-store' });
  });
  return app;
}

/** METRICS_TOKEN, or a credential of the service that may read; without any, programs on this machine where they may. */
async function admit(env: WebBindings, { token, openToLoopback, guard }: MetricsDeps): Promise<void> {
  try {
    const bearer = bearerOf(env.incoming.headers.authorization);
    if (bearer === null && openToLoopback && isFromThisMachine(env)) return;
    if (bearer === null || (!isSame(bearer, token) && guard === null)) {
      const how = 'METRICS_TOKEN or a credential of the service with the role viewer';
      throw unauthenticated(
        'metrics',
        `Send "Authorization: Bearer <token>": ${guard === null ? 'METRICS_TOKEN' : how}.`,
      );
    }
    if (isSame(bearer, token) || guard === null) return;
    demandRole(await guard.authenticate(bearer), 'viewer');
  } catch (error) {
    // As everywhere: bad credentials count against their address, so that guessing is slow.
    await guard?.rateLimit.count({ face: 'service', client: peerAddress(env), kind: 'read' });
    throw error;
  }
}

/** Compares in a time that tells nothing of the token. */
function isSame(given: string, token: string | null): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return token !== null && timingSafeEqual(hash(given), hash(token));
}

/** What this process itself knows is told while the database is away too. */
async function readFamilies(deps: MetricsDeps): Promise<{ isUp: boolean | null; shared: Family[] }> {
  try {
    const reading = await deps.read?.();
    if (reading === undefined) return { isUp: null, shared: [] };
    return { isUp: true, shared: [...scheduleFamilies(reading), ...serviceFamilies(reading)] };
  } catch (error) {
    deps.log.warn({ error }, 'The figures of the database could not be read');
    return { isUp: false, shared: [] };
  }
}

function dependencyFamily(up: Readonly<Record<string, boolean>>): Family {
  return {
    name: 'almanac_dependency_up',
    help: 'Whether this process reaches what it depends on: 1 or 0.',
    type: 'gauge',
    samples: Object.entries(up)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([dependency, isUp]) => ({ labels: { dependency }, value: isUp ? 1 : 0 })),
  };
}
