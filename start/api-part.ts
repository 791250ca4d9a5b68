import type pg from 'pg';
import { createEventHub } from '../api/events/event-hub.ts';
import { commandHandlers, commandRefusals } from '../api/faces/commands/nats-handlers.ts';
import { FACE_LIST } from '../api/faces/index.ts';
import type { Engine } from '../api/engine/engine.ts';
import { createAuthenticator } from '../api/http/authenticator.ts';
import type { Probe } from '../api/http/health.ts';
import { createRateLimit } from '../api/http/rate-limit.ts';
import type { ParentLog } from '../api/http/request-marks.ts';
import type { WebDeps } from '../api/http/web-deps.ts';
import type { NatsLink } from '../api/nats/nats-link.ts';
import { relayEvents } from '../api/nats/relay-events.ts';
import { serveCommands } from '../api/nats/serve-commands.ts';
import { createServer } from '../api/server.ts';
import { databaseNow, type Db } from '../db/connect.ts';
import { listen } from '../db/events.ts';
import { advanceRelay } from '../db/queries/event-relay.ts';
import { readAnnounced, readAnnouncedJobs } from '../db/queries/announced.ts';
import { noticeBounds, readNotices } from '../db/queries/notices.ts';
import { openRateLimitPool } from '../db/rate-limit-pool.ts';
import { createSessionSeats, type SessionSeats } from '../db/session-seats.ts';
import type { IdSource } from '../domain/ids.ts';
import type { Config } from './config.ts';

export interface ApiPart {
  readonly url: string;
  /** `/ready` says 503 from now on; `stop` does it too. */
  stopServing(): void;
  stop(): Promise<void>;
}

/** gateway.txt, Rate Limiting: "WebSocket connections: 5 per client". */
const SOCKETS_OF_CLIENT = 5;

/** Puts the API together: event stream, rate limits, authentication, faces; listens, and says where. */
export async function startApiPart(given: {
  config: Config;
  log: ParentLog;
  db: Db;
  ids: IdSource;
  engine: Engine;
  mqtt: { connected(): boolean } | null;
  nats: NatsLink;
}): Promise<ApiPart> {
  const { config, log, db, ids, engine } = given;
  const now = () => Date.now();
  const hub = createEventHub({
    load: (refs) => readAnnounced(db, refs),
    loadJobs: (ids) => readAnnouncedJobs(db, ids),
    kept: { read: (range) => readNotices(db, range), bounds: (latest) => noticeBounds(db, latest) },
    log,
  });
  const events = listen({
    url: config.database.url,
    applicationName: `${config.service.name}-events`,
    onNotice(notice) {
      hub.announce(notice);
      relay?.wake();
    },
    onState(state, error) {
      if (state === 'connected') {
        seats.restore();
        void hub.restore();
      } else log.warn({ error }, 'The event stream from the database is away; it is connected anew');
    },
  });
  const relay =
    given.nats.isConfigured && config.nats.tellsEvents
      ? relayEvents({
          link: given.nats,
          hub,
          mark: { advance: (work) => advanceRelay(db, 'nats', work) },
          log,
          now,
        })
      : null;
  const seats: SessionSeats = createSessionSeats(events, SOCKETS_OF_CLIENT);
  const counts: pg.Pool = openRateLimitPool(config.database.url, (error) =>
    log.warn({ error }, 'A database connection broke'),
  );
  const web: WebDeps = {
    db,
    engine,
    ids,
    limits: { ...config.limits, schedules: config.commands },
    deviceId: config.templates.deviceId,
    authenticate: createAuthenticator(config.auth, { db, now, log }),
    rateLimit: createRateLimit(config.api.rateLimits, { store: counts, log, now }),
    openFaces: config.api.openFaces === 'loopback',
    now,
  };
  const openCommands = config.nats.commands === 'open';
  const commands =
    given.nats.isConfigured && config.nats.commands !== 'off'
      ? serveCommands({
          link: given.nats,
          handlers: commandHandlers({ ...web, openCommands, log }),
          ...commandRefusals,
          log,
        })
      : null;
  const server = createServer({
    faces: FACE_LIST,
    web,
    hub,
    takeSeat: (client) => seats.take(client),
    service: config.service,
    health: {
      probes: probesOf(given, events),
      vital: ['database'],
      isDatabaseUp: async () => Number.isFinite(await databaseNow(db)),
    },
    log,
    listenOn: config.api,
    monotonicMs: () => performance.now(),
  });
  const [url = ''] = await server.listen();
  return {
    url,
    stopServing: () => server.stopServing(),
    async stop() {
      await commands?.drain();
      await server.close(config.drainMs);
      await relay?.stop();
      await events.stop();
      await counts.end();
    },
  };
}

function probesOf(
  given: { db: Db; engine: Engine; mqtt: { connected(): boolean } | null; nats: NatsLink },
  events: { connected(): boolean },
): Record<string, Probe> {
  const { db, engine, mqtt, nats } = given;
  const connected = (connection: { connected(): boolean }) =>
    connection.connected() ? {} : Promise.reject(new Error('away'));
  return {
    database: async () => void (await databaseNow(db)),
    temporal: () => engine.ensureReachable(),
    events: async () => connected(events),
    ...(mqtt === null ? {} : { mqtt: async () => connected(mqtt) }),
    ...(nats.isConfigured ? { nats: async () => connected(nats) } : {}),
  };
}
