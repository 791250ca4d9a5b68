import pg from 'pg';
import { hearLent } from './connect.ts';

const ANSWER_WITHIN_MS = 1_000;

/**
 * A small pool for counting requests. A count may be lost in a crash of Postgres, so its commits don't wait for the
 * disk; and it fails fast, since a request waits for it: after `answerWithinMs`.
 */
export function openRateLimitPool(
  url: string,
  onError: (error: Error) => void,
  answerWithinMs = ANSWER_WITHIN_MS,
): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    application_name: 'almanac-rate-limit',
    options: '-c synchronous_commit=off',
    connectionTimeoutMillis: answerWithinMs,
    query_timeout: answerWithinMs,
    keepAlive: true,
  });
  pool.on('error', onError);
  hearLent(pool);
  return pool;
}
