import { createHash } from 'node:crypto';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { DomainError } from '../../domain/errors.ts';
import type { Log } from '../verbs/context.ts';

/** Requests a minute for one client and face (gateway.txt, Rate Limiting); 0 turns one off. */
export interface RateLimits {
  readonly read: number;
  readonly write: number;
}

export interface Standing {
  readonly limit: number;
  readonly remaining: number;
  readonly resetSeconds: number;
}

export interface RateLimit {
  /** Counts one request; null where the limit is off. Throws RATE_LIMITED. At most one round trip. */
  count(request: { face: string; client: string; kind: 'read' | 'write' }): Promise<Standing | null>;
}

/** A pool of connections to Postgres, best one of its own whose commits do not wait for the disk. */
export interface RateStore {
  query(query: { text: string; values: unknown[] }): Promise<unknown>;
}

const WINDOW_S = 60;
const WARN_EVERY_MS = 60_000;
/** The table's key has 255 characters. */
const LONGEST_CLIENT = 150;

/**
 * Counts in Postgres, so that the limits hold across API processes; a client over its limit is remembered here and
 * costs no round trip. While the database is away each process counts alone: limits loosen, the service goes on.
 */
export function createRateLimit(
  limits: RateLimits,
  deps: { store: RateStore; log: Log; now: () => number },
): RateLimit {
  const limiters = {
    read: limiterPair(limits.read, 'read', deps.store),
    write: limiterPair(limits.write, 'write', deps.store),
  };
  let warnedAt = 0;

  async function consume(kind: 'read' | 'write', key: string): Promise<RateLimiterRes> {
    const { stored, local } = limiters[kind];
    try {
      return await stored.consume(key);
    } catch (error) {
      if (error instanceof RateLimiterRes) throw error;
      if (deps.now() - warnedAt > WARN_EVERY_MS) {
        warnedAt = deps.now();
        deps.log.warn({ error }, 'Rate limits are counted by this process alone: the database does not answer');
      }
      return local.consume(key);
    }
  }

  return {
    async count({ face, client, kind }) {
      const limit = limits[kind];
      if (limit === 0) return null;
      try {
        return standing(limit, await consume(kind, `${face}:${short(client)}`));
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        throw limited(kind, standing(limit, error));
      }
    },
  };
}

function limiterPair(points: number, kind: string, store: RateStore) {
  const options = {
    points: Math.max(points, 1),
    duration: WINDOW_S,
    keyPrefix: kind,
    inMemoryBlockOnConsumed: Math.max(points, 1),
  };
  return {
    stored: new RateLimiterPostgres({
      ...options,
      storeClient: store,
      storeType: 'pool',
      tableName: 'rate_limit',
      tableCreated: true,
    }),
    local: new RateLimiterMemory({ points: options.points, duration: WINDOW_S, keyPrefix: kind }),
  };
}

function short(client: string): string {
  return client.length <= LONGEST_CLIENT ? client : createHash('sha256').update(client).digest('base64url');
}

function standing(limit: number, res: RateLimiterRes): Standing {
  return { limit, remaining: res.remainingPoints, resetSeconds: Math.max(1, Math.ceil(res.msBeforeNext / 1000)) };
}

function limited(kind: 'read' | 'write', { limit, resetSeconds }: Standing): DomainError {
  const what = kind === 'read' ? 'reading requests' : 'changing requests';
  const message = `More than ${limit} ${what} a minute: wait ${resetSeconds} s. RATE_LIMIT_${kind.toUpperCase()} sets the limit.`;
  return new DomainError('RATE_LIMITED', message, { limit, remaining: 0, retry_after_seconds: resetSeconds });
}

/** What a client is told of its standing with every answer. */
export function rateLimitHeaders({ limit, remaining, resetSeconds }: Standing): Record<string, string> {
  return {
    'RateLimit-Limit': String(limit),
    'RateLimit-Remaining': String(remaining),
    'RateLimit-Reset': String(resetSeconds),
  };
}
