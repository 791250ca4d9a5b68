import type pg from 'pg';
import { createEventHub } from '../api/events/event-hub.ts';
import { commandHandlers, commandRefusals } from '../api/faces/commands/nats-handlers.ts';
import { FACE_LIST } from '../api/faces/index.ts';
import type { Engine } from '../api/engine/engine.ts';
import { createAuthenticator } from '../api/http/authenticator.ts';
import { createRateLimit } from '../api/http/rate-limit.ts';
import type { ParentLog } from '../api/http/request-marks.ts';
import type { WebDeps } from '../api/http/web-deps.ts';
import { relayEvents } from '../api/nats/relay-events.ts';
import { serveCommands } from '../api/nats/serve-commands.ts';
import { tracedCommands } from '../api/nats/traced-commands.ts';
import { createServer } from '../api/server.ts';
import type { Db } from '../db/connect.ts';
import { listen } from '../db/events.ts';
import { advanceRelay } from '../db/queries/event-relay.ts';
import { readMetrics } from '../db/queries/metrics-read.ts';
import { readAnnounced, readAnnouncedJobs } from '../db/queries/announced.ts';
import { noticeBounds, readNotices } from '../db/queries/notices.ts';
import { openRateLimitPool } from '../db/rate-limit-pool.ts';
import { createSessionSeats, type SessionSeats } from '../db/session-seats.ts';
import type { IdSource } from '../domain/ids.ts';
import type { Tracing } from '../domain/tracing.ts';
import type { MqttConnection } from '../worker/mqtt-publisher.ts';
import type { NatsConnection } from '../worker/nats/open-nats.ts';
import type { Config } from './config.ts';
import { healthProbes, VITAL } from './health-probes.ts';
import type { ProcessMetrics } from './metrics/process-metrics.ts';

export interface ApiPart {
  readonly url: string;
  /** `/ready` says 503 from now on; `stop` does it too. */
  stopServing(): void;
  stop(): Promise<void>;
}

/** gateway.txt, Rate Limiting: "WebSocket connections: 5 per client". */
const SOCKETS_OF_CLIENT = 5;
const AWAY = new Error('the connection is away');

/** Puts the API together: event stream, rate limits, authentication, faces; listens, and says where. */
export async function startApiPart(given: {
  config: Config;
  log: ParentLog;
  db: Db;
  ids: IdSource;
  engine: Engine;
  mqtt: Pick<MqttConnection, 'connected' | 'look'> | null;
  nats: NatsConnection;
  tracing: Tracing | undefined;
  metrics: ProcessMetrics;
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
      if (notice.kind === 'started') given.metrics.attemptsBegan(notice.executions.length);
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
          handlers: tracedCommands(commandHandlers({ ...web, openCommands, log }), given.tracing),
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
      probes: { ...healthProbes(given), events: () => (events.connected() ? Promise.resolve() : Promise.reject(AWAY)) },
      vital: VITAL,
    },
    metrics: {
      registry: given.metrics.registry,
      read: () => readMetrics(db),
      dependencies: () => ({
        events: events.connected(),
        ...(given.mqtt === null ? {} : { mqtt: given.mqtt.connected() }),
        ...(given.nats.isConfigured ? { nats: given.nats.connected() } : {}),
      }),
      token: config.api.metricsToken,
    },
    log,
    tracing: given.tracing,
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
