import { randomUUID } from 'node:crypto';
import type { Limits } from '../../../api/verbs/context.ts';
import { createRoute, z } from '@hono/zod-openapi';
import { SignJWT } from 'jose';
import { createEventHub, type EventHub } from '../../../api/events/event-hub.ts';
import { createAuthenticator } from '../../../api/http/authenticator.ts';
import { newFaceApp } from '../../../api/http/face-app.ts';
import type { FaceApp, FaceDefinition } from '../../../api/http/face.ts';
import type { Probe } from '../../../api/http/health.ts';
import type { JwtSettings } from '../../../api/http/jwt.ts';
import { createRateLimit, type RateLimits } from '../../../api/http/rate-limit.ts';
import type { ParentLog } from '../../../api/http/request-marks.ts';
import { serviceDialect } from '../../../api/http/service-dialect.ts';
import { createServer, type WebServer } from '../../../api/server.ts';
import type { Engine } from '../../../api/engine/engine.ts';
import { connect, databaseNow, type Db } from '../../../db/connect.ts';
import { listen } from '../../../db/events.ts';
import { migrate } from '../../../db/migrate.ts';
import { readMetrics } from '../../../db/queries/metrics-read.ts';
import { readAnnounced, readAnnouncedJobs } from '../../../db/queries/announced.ts';
import { noticeBounds, readNotices } from '../../../db/queries/notices.ts';
import { openRateLimitPool } from '../../../db/rate-limit-pool.ts';
import { createSessionSeats, type SessionSeats } from '../../../db/session-seats.ts';
import { createIdSource } from '../../../domain/ids.ts';
import { createLog } from '../../../start/log.ts';
import { createProcessMetrics } from '../../../start/metrics/process-metrics.ts';
import { createDatabase } from '../../support/servers.ts';

export const SECRET = 'a secret of at least thirty-two bytes';

/** One line of the log, as pino writes it. */
export type LogLine = { level: number; msg: string; requestId?: string; error?: { stack?: string; message: string } };

export interface RunningWeb {
  readonly url: string;
  readonly urls: readonly string[];
  readonly server: WebServer;
  readonly db: Db;
  readonly databaseUrl: string;
  readonly hub: EventHub;
  readonly logged: LogLine[];
  /** Resolves once events of the database arrive here. */
  listening(): Promise<void>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  stop(): Promise<void>;
}

export interface WebOptions {
  databaseUrl?: string;
  faces?: readonly FaceDefinition[];
  jwt?: Partial<JwtSettings>;
  rateLimits?: RateLimits;
  openFaces?: boolean;
  probes?: Record<string, Probe>;
  /** METRICS_TOKEN. */
  metricsToken?: string;
  port?: number;
  extraPorts?: readonly number[];
  headersWithinMs?: number;
  socketsBeatEveryMs?: number;
}

/** An empty database with the schema in it. */
export async function migratedDatabase(): Promise<string> {
  const url = await createDatabase();
  const { db } = connect({ url, max: 1, applicationName: 'test-migrate', onError: () => undefined });
  await migrate(db, Date.now());
  await db.destroy();
  return url;
}

/** The web as it is, on a database and a free port of its own. */
export async function startWeb(options: WebOptions = {}): Promise<RunningWeb> {
  const databaseUrl = options.databaseUrl ?? (await migratedDatabase());
  const logged: LogLine[] = [];
  const destination = { write: (line: string) => void logged.push(JSON.parse(line) as LogLine) };
  const log: ParentLog = createLog({ name: 'test', level: 'debug', pretty: false, destination });
  const { db } = connect({ url: databaseUrl, max: 8, applicationName: 'test-web', onError: () => undefined });
  // A machine that stalls is no database that is away: then limits would be counted by each process alone.
  const counts = openRateLimitPool(databaseUrl, () => undefined, 30_000);
  const hub = createEventHub({
    load: (refs) => readAnnounced(db, refs),
    loadJobs: (ids) => readAnnouncedJobs(db, ids),
    kept: { read: (range) => readNotices(db, range), bounds: (latest) => noticeBounds(db, latest) },
    log,
  });
  const events = listen({
    url: databaseUrl,
    applicationName: 'test-events',
    onNotice: (notice) => hub.announce(notice),
    onState(state) {
      if (state !== 'connected') return;
      seats.restore();
      void hub.restore();
    },
  });
  const seats: SessionSeats = createSessionSeats(events, 5);
  const now = () => Date.now();
  const jwt = { secret: SECRET, jwksUrl: null, issuer: null, audience: null, ...options.jwt };
  const server = createServer({
    faces: options.faces ?? [toyFace()],
    web: {
      db,
      engine: noEngine,
      ids: createIdSource({ slot: 0, now, random: Math.random }),
      limits: LIMITS,
      deviceId: 'test',
      authenticate: createAuthenticator(jwt, { db, now, log }),
      rateLimit: createRateLimit(options.rateLimits ?? { read: 0, write: 0 }, { store: counts, log, now }),
      openFaces: options.openFaces ?? false,
      now,
    },
    hub,
    takeSeat: (client) => seats.take(client),
    service: { name: 'scheduler-service', version: '1.0.0' },
    health: {
      probes: { database: async () => void (await databaseNow(db)), ...options.probes },
      vital: ['database'],
    },
    metrics: {
      registry: createProcessMetrics().registry,
      read: () => readMetrics(db),
      dependencies: () => ({ events: events.connected() }),
      token: options.metricsToken ?? null,
    },
    log,
    listenOn: { host: '127.0.0.1', port: options.port ?? 0, extraPorts: options.extraPorts ?? [] },
    ...(options.socketsBeatEveryMs === undefined ? {} : { socketsBeatEveryMs: options.socketsBeatEveryMs }),
    ...(options.headersWithinMs === undefined ? {} : { headersWithinMs: options.headersWithinMs }),
    monotonicMs: () => performance.now(),
  });
  const urls = await server.listen();
  const url = urls[0] ?? '';
  return {
    ...{ url, urls, server, db, databaseUrl, hub, logged },
    listening: () => until(() => events.connected()),
    get: (path, headers = {}) => fetch(`${url}${path}`, { headers, redirect: 'manual' }),
    post: (path, body, headers = {}) =>
      fetch(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    async stop() {
      await server.close(5_000);
      await events.stop();
      await counts.end();
      await db.destroy();
    },
  };
}

/** Waits until something is so. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** A token of this service, good for an hour unless said otherwise. */
export async function token(claims: { roles?: unknown; sub?: string; exp?: number; iss?: string; aud?: string } = {}) {
  const { roles = ['operator'], sub = 'tester', exp = Math.floor(Date.now() / 1000) + 3600, ...others } = claims;
  const jwt = new SignJWT({ roles, ...others }).setProtectedHeader({ alg: 'HS256' }).setSubject(sub);
  return jwt.setExpirationTime(exp).sign(new TextEncoder().encode(SECRET));
}

export async function bearer(claims: Parameters<typeof token>[0] = {}): Promise<Record<string, string>> {
  return { authorization: `Bearer ${await token(claims)}` };
}

/** The web never asks the engine by itself: verbs do. */
const refuseEngine = () => Promise.reject(new Error('no engine here'));
const noEngine: Engine = {
  ensureReachable: refuseEngine,
  backlog: refuseEngine,
  poke: refuseEngine,
  startRun: refuseEngine,
  wakeRun: refuseEngine,
  startGroup: refuseEngine,
  startBulkRun: refuseEngine,
  cancelRun: refuseEngine,
  startTimedResume: refuseEngine,
};

const LIMITS: Limits = {
  relays: ['lights'],
  ruleNodes: [],
  maxJobs: 100,
  maxConcurrentExecutions: 50,
  executorPoolSize: 10,
  clockCapacity: 100,
  defaultTimezone: 'UTC',
  executionTimeoutSeconds: 300,
  misfireGraceSeconds: 60,
  conflictPolicy: 'resources',
};

/** Requests that reached a toy's POST /things, in order. */
export const reached: unknown[] = [];

/** A small face in the dialect of the service: what is tested is around it. */
export function toyFace(changes: Partial<FaceDefinition> = {}): FaceDefinition {
  return {
    ...serviceDialect,
    name: 'gateway',
    title: 'A toy',
    description: 'For tests',
    openToLoopback: false,
    leastRole: { read: 'viewer', write: 'operator' },
    bulkPaths: ['/api/v1/scheduler/things/import'],
    build: toyRoutes,
    ...changes,
  };
}

function toyRoutes(): FaceApp {
  const app = newFaceApp();
  const body = z.strictObject({
    name: z.string('must be a text'),
    wait: z.string().optional(),
    status: z.int().optional(),
  });
  const request = { body: { required: true, content: { 'application/json': { schema: body } } } } as const;
  const answer = { content: { 'application/json': { schema: z.any() } }, description: 'As asked' };
  const responses = { 200: answer, 201: answer };
  app.openapi(createRoute({ method: 'get', path: '/api/v1/scheduler/things/{id}', responses }), (c) => {
    const { subject, roles, credential } = c.var.caller;
    return c.json(
      { id: c.req.param('id'), subject, roles, credential, correlation: c.var.verb.actor.correlationId },
      200,
    );
  });
  app.openapi(createRoute({ method: 'post', path: '/api/v1/scheduler/things', request, responses }), async (c) => {
    const thing = c.req.valid('json');
    reached.push(thing);
    await gates.get(thing.wait ?? '')?.promise;
    if (thing.name === 'broken') throw new Error('a secret inside');
    return c.json({ id: randomUUID(), ...thing }, 201);
  });
  app.openapi(createRoute({ method: 'post', path: '/api/v1/scheduler/things/import', responses }), async (c) => {
    return c.json({ bytes: (await c.req.text()).length }, 200);
  });
  return app;
}

/** Named gates that a request of POST /things waits at, as its `wait` says. */
const gates = new Map<string, { promise: Promise<void>; open: () => void }>();

/** Makes a gate; what it returns opens it. */
export function gate(name: string): () => void {
  let open = () => undefined as void;
  const promise = new Promise<void>((resolve) => (open = resolve));
  gates.set(name, { promise, open });
  return open;
}
