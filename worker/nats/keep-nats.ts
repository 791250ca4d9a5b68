import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, errors, type NatsConnection } from '@nats-io/transport-node';
import { ActionFailure } from '../../activities/actions/handler.ts';
import type { Logger } from '../../activities/deps.ts';
import { addressOf, connectionOptions, type NatsSettings } from './nats-settings.ts';
import { StreamFinder } from './stream-finder.ts';

/** A connection that is up, with what is known of its server. */
export interface LiveNats {
  readonly client: NatsConnection;
  readonly streams: StreamFinder;
  /** Aborts when it breaks: whatever the server was asked on it is not answered any more. */
  readonly fallen: AbortSignal;
  /** How often the server has forbidden to publish there. */
  violations(subject: string): number;
}

/** The one connection of a process, which comes back by itself for ever. */
export interface NatsKeeper {
  connected(): boolean;
  /** The live connection; one that just broke is waited for, else rejects with an ActionFailure that says so. */
  live(signal: AbortSignal): Promise<LiveNats>;
  /** Whether this connection is still the live one: nothing may be sent on another. */
  isLive(nats: LiveNats): boolean;
  /** Runs `join` on each new client, now and later; subscriptions outlive a reconnection by themselves. */
  onClient(join: (client: NatsConnection) => void): () => void;
  /** Says goodbye: what is on its way is delivered, then the connection is closed. */
  close(): Promise<void>;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 3_000;
/**
 * A reconnection takes less as a rule: a run need not fail for it. Counted once for each outage: else its runs would
 * hold the slots of all others.
 */
const PATIENCE_MS = 2_000;
const DRAIN_WITHIN_MS = 5_000;

/** Connects, and anew whenever the connection breaks, with growing waits of which half is random. */
export function keepNats(settings: NatsSettings, log: Logger): NatsKeeper {
  const stopping = new AbortController();
  const joins = new Set<(client: NatsConnection) => void>();
  const waiting = new Set<() => void>();
  const where = settings.servers.map((server) => addressOf(new URL(server))).join(', ');
  let client: NatsConnection | null = null;
  let up: LiveNats | null = null;
  let falling = new AbortController();
  let tries = 0;
  let reason = 'it has not answered yet';
  let patience = beginPatience();
  const delayMs = () => Math.min(FIRST_WAIT_MS * 2 ** Math.min(tries, 10), LONGEST_WAIT_MS) * (0.5 + Math.random() / 2);
  const options = connectionOptions(settings, delayMs);

  function beginPatience(): { isOver: boolean; timer: NodeJS.Timeout } {
    const timer = setTimeout(() => {
      patience.isOver = true;
      waiting.forEach((look) => look());
    }, PATIENCE_MS);
    return { isOver: false, timer: timer.unref() };
  }

  function fall(): void {
    if (up === null) return;
    up = null;
    patience = beginPatience();
    falling.abort(new Error('the connection to NATS broke'));
  }

  function rise(nats: NatsConnection, violations: Map<string, number>): void {
    tries = 0;
    clearTimeout(patience.timer);
    const streams = new StreamFinder(nats, () => performance.now());
    falling = new AbortController();
    // Every message that waits for its acknowledgement listens.
    setMaxListeners(0, falling.signal);
    up = { client: nats, streams, fallen: falling.signal, violations: (subject) => violations.get(subject) ?? 0 };
    log.info({ server: nats.getServer(), version: nats.info?.version }, 'NATS connected');
    waiting.forEach((look) => look());
  }

  async function follow(nats: NatsConnection): Promise<void> {
    const violations = new Map<string, number>();
    rise(nats, violations);
    joins.forEach((join) => join(nats));
    for await (const status of nats.status()) {
      if (status.type === 'disconnect') {
        fall();
        reason = 'the connection broke';
        if (!stopping.signal.aborted) log.warn({ server: status.server }, 'NATS is away; it is connected anew');
      } else if (status.type === 'reconnecting') tries += 1;
      else if (status.type === 'reconnect') rise(nats, violations);
      else if (status.type === 'error') {
        const { error } = status;
        if (error instanceof errors.PermissionViolationError && error.operation === 'publish') {
          violations.set(error.subject, (violations.get(error.subject) ?? 0) + 1);
        }
        log.warn({ error: error.message }, 'NATS refused something');
      }
    }
    fall();
  }

  async function keep(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        client = await connect(options);
        if (stopping.signal.aborted) return void (await client.close());
        await follow(client);
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
        if (tries === 0) log.warn({ servers: where, error: reason }, 'NATS can not be reached; it is tried for ever');
      }
      client = null;
      tries += 1;
      await sleep(delayMs(), undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  function away(): ActionFailure {
    const message = `NATS is away (${where}: ${reason}). Start it, or set NATS_URL to a server that is up${settings.remedy}.`;
    return new ActionFailure('NatsAway', message, { retryable: true });
  }

  void keep();
  return {
    connected: () => up !== null,
    isLive: (nats) => nats === up,
    live(signal) {
      if (up !== null) return Promise.resolve(up);
      return new Promise((resolve, reject) => {
        const settle = (then: () => void) => {
          waiting.delete(look);
          signal.removeEventListener('abort', abandon);
          then();
        };
        const abandon = () => settle(() => reject(signal.reason as Error));
        const look = () => {
          const nats = up;
          if (nats !== null) settle(() => resolve(nats));
          else if (patience.isOver) settle(() => reject(away()));
        };
        waiting.add(look);
        signal.addEventListener('abort', abandon, { once: true });
        if (signal.aborted) abandon();
        else look();
      });
    },
    onClient(join) {
      joins.add(join);
      if (client !== null) join(client);
      return () => joins.delete(join);
    },
    async close() {
      stopping.abort();
      const last = client;
      if (last === null) return;
      const late = sleep(DRAIN_WITHIN_MS, undefined, { ref: false });
      if (up !== null) await Promise.race([last.drain().catch(() => undefined), late]);
      await last.close();
    },
  };
}
