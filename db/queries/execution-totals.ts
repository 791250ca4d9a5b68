import { inTransaction, sql, type Db, type Executor } from '../connect.ts';

/** What ended, ever, of a kind of schedule, of all faces together; histograms as in domain/histogram.ts. */
export interface ExecutionTotals {
  readonly kind: string;
  readonly succeeded: number;
  readonly failed: number;
  readonly timed_out: number;
  readonly cancelled: number;
  /** Without the times that someone asked to skip: nobody missed them, and they may be taken back. */
  readonly skipped: number;
  readonly missed: number;
  readonly durationTotalMs: number;
  readonly durations: readonly number[];
  readonly lateness: readonly number[];
}

const COUNTERS = [
  'succeeded',
  'failed',
  'timed_out',
  'cancelled',
  'skipped',
  'missed',
  'duration_total_ms',
  'asked_skips',
];
const HISTOGRAMS = ['durations', 'lateness'];
const NAMES = sql.raw([...COUNTERS, ...HISTOGRAMS].join(', '));
const WIDE = sql.raw([...COUNTERS, ...HISTOGRAMS.map((name) => `${name}::bigint[]`)].join(', '));
const SUMS = sql.raw(
  [
    ...COUNTERS.map((name) => `sum(${name})::bigint as ${name}`),
    ...HISTOGRAMS.map((name) => `sum_counts(${name}) as ${name}`),
  ].join(', '),
);

/** Hours that are over for so long, by Postgres' time, are added up; the trigger of 0016-metrics notes changes an hour earlier. */
const OVER = sql`date_trunc('hour', clock_timestamp() - interval '3 hours', 'UTC')`;

/**
 * What ended since the service was set up: hours that were added up, what came to them later, and the hours since. Each
 * number only ever grows, whoever asks and however often.
 */
export async function executionTotals(db: Executor): Promise<ExecutionTotals[]> {
  const { rows } = await sql<
    Omit<ExecutionTotals, 'durations' | 'lateness'> & { durations: string[]; lateness: string[] }
  >`
    select kind, succeeded, failed, timed_out, cancelled, skipped - asked_skips as skipped, missed,
      duration_total_ms as "durationTotalMs", durations, lateness
    from (select kind, ${SUMS} from (
      select kind, ${NAMES} from execution_total
      union all select kind, ${NAMES} from execution_total_late where hour < (select hour from execution_total_until)
      union all select kind, ${WIDE} from face_rollup where hour >= (select hour from execution_total_until)
    ) parts group by kind) sums order by kind`.execute(db);
  return rows.map((row) => ({ ...row, durations: row.durations.map(Number), lateness: row.lateness.map(Number) }));
}

/** Hours added up in one statement: a first time has years to take in. */
const STEP = sql`interval '14 days'`;

/**
 * Adds up the hours that are over, and what came later to those added up before: each step in one statement, so that all
 * of it is of one moment, and what is written meanwhile stays for the next time. `beat` is called after each step.
 * Returns how many rows it took together.
 */
export async function foldTotals(db: Db, beat: () => void = () => undefined): Promise<number> {
  for (let all = 0; ;) {
    const { taken, isLast } = await foldStep(db);
    all += taken;
    beat();
    if (isLast) return all;
  }
}

function foldStep(db: Db): Promise<{ taken: number; isLast: boolean }> {
  return inTransaction(db, async (tx) => {
    await sql`select from execution_total_until for update`.execute(tx);
    const { rows } = await sql<{ taken: number; isLast: boolean }>`
      with mark as (select since, greatest(since, least(${OVER}, begins + ${STEP})) as until from (
          select hour as since, coalesce((select min(hour) from face_rollup r where r.hour >= u.hour), ${OVER}) as begins
          from execution_total_until u) known),
        late as (delete from execution_total_late l using mark where l.hour < mark.until
          returning kind, ${NAMES}, l.hour < mark.since as counts),
        taken as (select kind, ${NAMES} from late where counts
          union all select kind, ${WIDE} from face_rollup, mark where hour >= mark.since and hour < mark.until),
        added as (insert into execution_total as t (kind, ${NAMES}) select kind, ${SUMS} from taken group by kind
          on conflict (kind) do update set ${sql.raw(
            [
              ...COUNTERS.map((name) => `${name} = t.${name} + excluded.${name}`),
              ...HISTOGRAMS.map((name) => `${name} = add_counts(t.${name}, excluded.${name})`),
            ].join(', '),
          )}),
        moved as (update execution_total_until u set hour = mark.until from mark where u.hour < mark.until)
      select count(*) as taken, (select until >= ${OVER} from mark) as "isLast" from taken`.execute(tx);
    return rows[0] ?? { taken: 0, isLast: true };
  });
}
