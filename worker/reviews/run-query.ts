import { QueryRefused } from '../../activities/actions/review/reviewed-database.ts';
import { isAnswer, sqlStateOf } from './failures.ts';
import type { PgSession } from './pg-session.ts';

/** Runs a statement of ours below a savepoint, so that a refusal leaves the transaction usable. */
export async function runQuery<Row>(
  session: PgSession,
  text: string,
  values: readonly unknown[] | undefined,
  stop: AbortSignal,
): Promise<Row[]> {
  stop.throwIfAborted();
  await session.query('savepoint looking');
  try {
    const rows = await session.query<Row>(text, values);
    await session.query('release savepoint looking');
    return rows;
  } catch (error) {
    stop.throwIfAborted();
    if (!isAnswer(error)) throw error;
    await session.query('rollback to savepoint looking');
    throw new QueryRefused(sqlStateOf(error) ?? '', error instanceof Error ? error.message : String(error));
  }
}
