import type { TaskType } from '../../domain/actions/review.ts';
import { LIVE_STATES, type EndReason, type ExecutionState, type Failure } from '../../domain/execution.ts';
import type { Face } from '../../domain/faces.ts';
import type { Json } from '../../domain/json.ts';
import type { Trend } from '../../domain/reviews/report.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Executor } from '../connect.ts';

/** One execution of a review, with what it looked at: a job's task type and connection are its own for ever. */
export interface ReviewRun {
  readonly id: string;
  readonly number: number;
  readonly jobNumber: number;
  readonly taskType: TaskType;
  readonly connectionId: number;
  readonly state: ExecutionState;
  readonly reason: EndReason | null;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  /** What it came to; in lists without its longest parts where it is long. */
  readonly report: Json;
  readonly error: Failure | null;
}

export interface ReviewFilter {
  readonly connectionId?: number | undefined;
  readonly taskType?: TaskType | undefined;
  readonly states?: readonly ExecutionState[] | undefined;
  readonly trend?: Trend | undefined;
}

const SHOWN = sql.raw(`e.id, e.number, e.state, e.reason, e.started_at as "startedAt", e.ended_at as "endedAt", e.error,
  j.number as "jobNumber", j.action ->> 'task_type' as "taskType", (j.action ->> 'connection_id')::int as "connectionId"`);

/** As it is stored, compressed: what is above it would make a page of a hundred many megabytes long. */
const LONG_BYTES = 16_384;
const ABRIDGED = sql.raw(`case when pg_column_size(e.result) > ${LONG_BYTES}
  then (e.result -> 'data') #- '{facts}' #- '{rows,rows}' #- '{document}' || '{"abridged": true}'
  else e.result -> 'data' end as report`);

/** The execution of a face that has this integer, with its whole report; null: there is none. */
export async function findReviewRun(db: Executor, face: Face, number: number): Promise<ReviewRun | null> {
  const { rows } = await sql<ReviewRun>`
    select ${SHOWN}, e.result -> 'data' as report from execution e join job j on j.id = e.job_id
    where e.face = ${face} and e.number = ${number} limit 1`.execute(db);
  return rows[0] ?? null;
}

/**
 * A page of a face's executions, the latest nominal time first, and whether more follow. Where jobs or trends are asked
 * for, each job that fits gives its latest by its own index: no history is walked through in search of them.
 */
export async function findReviewRuns(
  db: Executor,
  face: Face,
  page: { filter: ReviewFilter; limit: number; offset: number },
): Promise<{ runs: ReviewRun[]; hasMore: boolean }> {
  const { filter, limit, offset } = page;
  const most = limit + 1;
  const order = sql.raw('order by e.due_at desc, e.id desc');
  const columns = sql.raw(
    'e.id, e.number, e.job_id, e.due_at, e.state, e.reason, e.started_at, e.ended_at, e.error, e.result',
  );
  const wanted = sql.join([sql`e.face = ${sql.lit(face)}`, ...conditionsOf(filter)], sql` and `);
  const jobs = jobsOf(filter);
  const chosen =
    jobs === null
      ? sql`select ${columns} from execution e where ${wanted} ${order} limit ${most} offset ${offset}`
      : sql`select ${columns} from job j cross join lateral (
          select ${columns} from execution e where e.job_id = j.id and ${wanted} ${order} limit ${most + offset}) e
        where j.face = ${face} and ${jobs} ${order} limit ${most} offset ${offset}`;
  const { rows } = await sql<ReviewRun>`
    select ${SHOWN}, ${ABRIDGED} from (${chosen}) e join job j on j.id = e.job_id ${order}`.execute(db);
  return { runs: rows.slice(0, limit), hasMore: rows.length > limit };
}

/** What jobs must be; null where it matters neither which job nor which trend. */
function jobsOf({ connectionId, taskType, trend }: ReviewFilter) {
  const conditions = [
    ...(connectionId === undefined ? [] : [sql`(j.action ->> 'connection_id')::int = ${connectionId}`]),
    ...(taskType === undefined ? [] : [sql`j.action ->> 'task_type' = ${taskType}`]),
  ];
  if (conditions.length === 0 && trend === undefined) return null;
  return sql.join([sql`true`, ...conditions], sql` and `);
}

/** States are few and fixed: as literals they let the planner take the partial indexes. */
function conditionsOf({ states, trend }: ReviewFilter) {
  return [
    ...(states === undefined ? [] : [sql`e.state in (${sql.join(states.map((state) => sql.lit(state)))})`]),
    ...(states === undefined || states.some((state) => LIVE_STATES.includes(state))
      ? []
      : [sql`e.state not in ('queued', 'waiting', 'running')`]),
    ...(trend === undefined
      ? []
      : [sql`e.state = 'succeeded' and e.result #>> '{data,comparison,trend}' = ${sql.lit(trend)}`]),
  ];
}
