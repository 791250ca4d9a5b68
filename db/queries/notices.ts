import { sql, type Db, type Executor } from '../connect.ts';
import type { ExecutionChange, Notice } from '../events.ts';
import { arrayOf } from './array-of.ts';

/** A notice as it was kept. The times of its executions are bounds only, which is all that finding them takes. */
export type KeptNotice = Notice & { readonly seq: number };

interface Row {
  readonly seq: number;
  readonly kind: string;
  readonly subjects: string[];
  readonly due_from: number | null;
  readonly due_to: number | null;
  readonly change: string | null;
}

/** The notices after `seq`, and those of the spans `also` that are there by now, in the order of their numbers. */
export async function readNotices(
  db: Executor,
  { after, also, limit }: { after: number; also: readonly (readonly [number, number])[]; limit: number },
): Promise<KeptNotice[]> {
  const froms = also.map(([from]) => from);
  const tos = also.map(([, to]) => to);
  const { rows } = await sql<Row>`
    select seq, kind, subjects, due_from, due_to, change from (
      select n.* from unnest(${arrayOf('bigint', froms)}, ${arrayOf('bigint', tos)}) as span (a, b) cross join lateral
        (select * from notice where seq between span.a and span.b order by seq limit ${limit}) n
      union all (select * from notice where seq > ${after} order by seq limit ${limit})) n
    order by seq limit ${limit}`.execute(db);
  return rows.map(noticeOf);
}

/** Where kept notices begin, the last number drawn, and the latest ones that are there, ascending. */
export interface NoticeBounds {
  readonly oldest: number;
  readonly newest: number;
  readonly latest: readonly number[];
}

/** What is absent between the latest numbers is still on its way, or was rolled back. */
export async function noticeBounds(db: Executor, latest: number): Promise<NoticeBounds> {
  const { rows } = await sql<{ oldest: number | null; newest: number; latest: string[] | null }>`
    select (select min(seq) from notice) as oldest,
      (select case when is_called then last_value else 0 end from notice_seq) as newest,
      (select array_agg(seq order by seq) from (select seq from notice order by seq desc limit ${latest}) l) as latest`.execute(
    db,
  );
  const [{ oldest, newest, latest: found } = { oldest: null, newest: 0, latest: null }] = rows;
  return { oldest: oldest ?? newest + 1, newest, latest: (found ?? []).map(Number) };
}

/** Rows deleted in one statement. */
const BATCH = 5_000;

/** Deletes notices older than `keepMs` but the last one, in bounded batches; returns how many. */
export async function purgeNotices(db: Db, keepMs: number, beat: () => void): Promise<number> {
  let purged = 0;
  for (;;) {
    const result = await sql`delete from notice where seq in (select seq from notice
      where at < clock_timestamp() - ${keepMs} * interval '1 ms' and seq < (select max(seq) from notice)
      order by at limit ${BATCH})`.execute(db);
    const count = Number(result.numAffectedRows ?? 0n);
    purged += count;
    beat();
    if (count < BATCH) return purged;
  }
}

function noticeOf({ seq, kind, subjects, due_from: from, due_to: to, change }: Row): KeptNotice {
  if (kind === 'job') return { kind, seq, jobId: subjects[0] ?? '', change: change ?? '' };
  const executions = subjects.map((id, i) => ({ id, dueAt: (i === 0 ? from : to) ?? 0 }));
  return { kind: kind as ExecutionChange, seq, executions };
}
