import { isQuick } from '../../domain/actions/index.ts';
import { isFiring, type Job } from '../../domain/job.ts';
import { nextAfter } from '../../domain/schedules/index.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Tx } from '../connect.ts';

/**
 * Seats many new jobs at once, as `seatJob` does one: quick ones share clocks, any other has a clock of its own. Their
 * `job_state` rows must exist. Returns the clocks to poke after the commit, each with its jobs.
 */
export async function seatJobs(
  tx: Tx,
  jobs: readonly { readonly job: Job; readonly accountedUntil: Instant }[],
  seat: { capacity: number; newClockId: () => string },
): Promise<Map<string, string[]>> {
  const waiting = jobs
    .filter(({ job, accountedUntil }) => isFiring(job) && nextAfter(job.schedule, accountedUntil) !== null)
    .map(({ job }) => job);
  const clocks = new Map<string, string[]>();
  const quick = waiting.filter((job) => isQuick(job.action));
  for (const job of waiting) if (!isQuick(job.action)) clocks.set(`clock-job-${job.id}`, [job.id]);
  await insertClocks(tx, [...clocks], false);
  const shared = await shareOut(
    tx,
    quick.map((job) => job.id),
    seat,
  );
  for (const [clockId, ids] of shared) clocks.set(clockId, ids);
  const pairs = [...clocks].flatMap(([clockId, ids]) => ids.map((id) => ({ id, clockId })));
  await sql`update job_state s set clock_id = t.clock_id
    from unnest(${pairs.map((p) => p.id)}::uuid[], ${pairs.map((p) => p.clockId)}::text[]) as t (job_id, clock_id)
    where s.job_id = t.job_id`.execute(tx);
  return clocks;
}

/** Fills the shared clocks that have room, the fullest first, then makes new ones. */
async function shareOut(
  tx: Tx,
  jobIds: readonly string[],
  { capacity, newClockId }: { capacity: number; newClockId: () => string },
): Promise<Map<string, string[]>> {
  const filled = new Map<string, string[]>();
  if (jobIds.length === 0) return filled;
  const { rows } = await sql<{ id: string; seats: number }>`
    select id, seats from clock where shared and seats < ${capacity} order by seats desc, id
    for update skip locked`.execute(tx);
  let next = 0;
  for (const { id, seats } of rows) {
    if (next >= jobIds.length) break;
    filled.set(id, jobIds.slice(next, next + capacity - seats));
    next += capacity - seats;
  }
  await sql`update clock c set seats = c.seats + t.more, dirty_since = now()
    from unnest(${[...filled.keys()]}::text[], ${[...filled.values()].map((ids) => ids.length)}::int[]) as t (id, more)
    where c.id = t.id`.execute(tx);
  const made: [string, string[]][] = [];
  for (; next < jobIds.length; next += capacity) made.push([newClockId(), jobIds.slice(next, next + capacity)]);
  await insertClocks(tx, made, true);
  return new Map([...filled, ...made]);
}

async function insertClocks(
  tx: Tx,
  clocks: readonly (readonly [string, readonly string[]])[],
  shared: boolean,
): Promise<void> {
  await sql`insert into clock (id, shared, seats, dirty_since)
    select t.id, ${shared}, t.seats, now()
    from unnest(${clocks.map(([id]) => id)}::text[], ${clocks.map(([, ids]) => ids.length)}::int[]) as t (id, seats)
    on conflict (id) do update set seats = excluded.seats, dirty_since = now()`.execute(tx);
}
