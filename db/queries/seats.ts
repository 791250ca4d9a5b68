import type { RawBuilder } from 'kysely';
import { isQuick } from '../../domain/actions/index.ts';
import { isFiring, type Job } from '../../domain/job.ts';
import { nextAfter } from '../../domain/schedules/index.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Tx } from '../connect.ts';

/** Seats a job that fires and has a fire to come; returns its clock, or null when it needs none. */
export async function seatJob(
  tx: Tx,
  job: Job,
  seat: { accountedUntil: Instant; capacity: number; newClockId: string },
): Promise<string | null> {
  if (!isFiring(job) || nextAfter(job.schedule, seat.accountedUntil) === null) return null;
  const { capacity, newClockId } = seat;
  return takeSeat(tx, { jobId: job.id, quick: isQuick(job.action), capacity, newClockId });
}

/**
 * Gives a job its seat on a clock, within the job's own transaction (DESIGN section 3, "Seats"): quick jobs share
 * clocks with a free seat, any other job gets a clock of its own. Marks the clock dirty until it has been poked.
 * The job's `job_state` row must exist. Returns the clock's id.
 */
export async function takeSeat(
  tx: Tx,
  seat: { jobId: string; quick: boolean; capacity: number; newClockId: string },
): Promise<string> {
  const clockId = seat.quick ? await sharedClock(tx, seat.capacity, seat.newClockId) : await ownClock(tx, seat.jobId);
  await tx.updateTable('job_state').set({ clock_id: clockId }).where('job_id', '=', seat.jobId).execute();
  return clockId;
}

/** Frees a job's seat and marks its clock dirty. Returns the clock that must be poked, or null when it had none. */
export async function leaveSeat(tx: Tx, jobId: string): Promise<string | null> {
  const { rows } = await sql<{ clock_id: string }>`
    with seat as (select job_id, clock_id from job_state where job_id = ${jobId} and clock_id is not null),
      freed as (update job_state s set clock_id = null, next_due = null from seat where s.job_id = seat.job_id)
    update clock c set seats = seats - 1, dirty_since = now() from seat where c.id = seat.clock_id
    returning c.id as clock_id`.execute(tx);
  return rows[0]?.clock_id ?? null;
}

/** Frees the seats of jobs that will not fire again; their clocks know it already. The caller holds the jobs' locks. */
export async function releaseSeats(tx: Tx, jobIds: readonly string[]): Promise<void> {
  if (jobIds.length === 0) return;
  await sql`
    with seated as (select job_id, clock_id from job_state where job_id = any(${jobIds}::uuid[]) and clock_id is not null),
      freed as (update job_state s set clock_id = null, next_due = null from seated where s.job_id = seated.job_id),
      left_by as (select clock_id, count(*) as jobs from seated group by clock_id)
    update clock c set seats = c.seats - left_by.jobs from left_by where c.id = left_by.clock_id`.execute(tx);
}

/** Marks a clock dirty: until the poke after the commit has been delivered, the housekeeper pokes again. */
export async function markDirty(tx: Tx, clockId: string): Promise<void> {
  await sql`update clock set dirty_since = now() where id = ${clockId}`.execute(tx);
}

/**
 * A new clock only when all are full: each costs a timer and an activity a tick. Creators that find the last free clock
 * held by another's transaction wait for it, one after another, rather than open one clock each.
 */
async function sharedClock(tx: Tx, capacity: number, newClockId: string): Promise<string> {
  const atOnce = await seatOnFullest(tx, capacity, sql`skip locked`);
  if (atOnce !== null) return atOnce;
  await sql`select pg_advisory_xact_lock(hashtext('almanac.clocks'))`.execute(tx);
  const waited = await seatOnFullest(tx, capacity, sql``);
  if (waited !== null) return waited;
  await sql`insert into clock (id, shared, seats, dirty_since) values (${newClockId}, true, 1, now())`.execute(tx);
  return newClockId;
}

async function seatOnFullest(tx: Tx, capacity: number, whenHeld: RawBuilder<unknown>): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    update clock set seats = seats + 1, dirty_since = now()
    where id = (select id from clock where shared and seats < ${capacity} order by seats desc, id limit 1
      for update ${whenHeld})
    returning id`.execute(tx);
  return rows[0]?.id ?? null;
}

async function ownClock(tx: Tx, jobId: string): Promise<string> {
  const id = `clock-job-${jobId}`;
  await sql`insert into clock (id, shared, seats, dirty_since) values (${id}, false, 1, now())
    on conflict (id) do update set seats = 1, dirty_since = now()`.execute(tx);
  return id;
}
