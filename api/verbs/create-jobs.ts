import { inTransaction, isValueRefused } from '../../db/connect.ts';
import type { BatchedJob } from '../../db/queries/job-batch.ts';
import { isGated } from '../../domain/dependencies.ts';
import { DomainError } from '../../domain/errors.ts';
import type { JobSpec } from '../../domain/job.ts';
import { cleanJson } from '../../domain/json.ts';
import { accountableFrom } from './clock-seat.ts';
import type { VerbContext } from './context.ts';
import { createJob, type NewJobInput } from './create-job.ts';
import { creatorIsFull, roomOfCreator } from './creator-room.ts';
import { pokeAll } from './poke-all.ts';
import { mayConflict } from './refuse-conflicts.ts';
import { requireAdminFor } from './require-admin.ts';
import { demandKnown } from './require-known.ts';
import { BATCH, storeNewJobs } from './store-new-jobs.ts';

/** What became of one of many new jobs: its id, or why it was not made. */
export type Creation = { readonly id: string } | { readonly refused: DomainError };

/**
 * Makes many jobs, each for itself: what is wrong with one is told of it, and the others stand. Stored in batches, each
 * a transaction; a batch waits until the clocks of the one before were told, so that the engine sets the pace. When the
 * database fails on the way, what is stored stands and the rest is refused. Returns the outcomes in the order of `specs`.
 * Throws ENGINE_UNAVAILABLE, or what keeps it from storing any job at all.
 */
export async function createJobs(ctx: VerbContext, specs: readonly JobSpec[], maker: Maker = {}): Promise<Creation[]> {
  await ctx.engine.ensureReachable();
  const outcomes = new Map<number, Creation>();
  const plain: Wanted[] = [];
  const demand = await demandKnown(ctx.db, ctx.limits);
  for (const [index, given] of specs.entries()) {
    const spec = cleanJson(given);
    const fault = refusalBy(() => {
      requireAdminFor(ctx.actor, spec.action);
      demand(spec.action);
    });
    if (fault !== null) outcomes.set(index, { refused: fault });
    else if (isGated(spec) || mayConflict(ctx, { ...spec, id: null, pausedAt: null, averageMs: null }))
      outcomes.set(index, await createAlone(ctx, spec, maker));
    else plain.push({ index, spec });
  }
  const refused = () => [...outcomes.values()].filter((outcome) => 'refused' in outcome).length;
  let telling = Promise.resolve();
  for (let i = 0; i < plain.length; i += BATCH) {
    try {
      const { made, clocks } = await storeBatch(ctx, plain.slice(i, i + BATCH), maker);
      for (const [index, outcome] of made) outcomes.set(index, outcome);
      await telling;
      telling = pokeAll(ctx, clocks);
    } catch (error) {
      if (outcomes.size === refused()) throw error;
      ctx.log.error({ error, created: outcomes.size - refused(), of: specs.length }, 'A bulk creation was broken off');
      break;
    }
    const progress = { created: outcomes.size - refused(), refused: refused(), of: specs.length };
    ctx.log.info(progress, 'A bulk creation goes on');
  }
  return specs.map((_, index) => outcomes.get(index) ?? { refused: brokenOff() });
}

/** Who makes them, as `createJob` knows it. */
export type Maker = Pick<NewJobInput, 'createdBy' | 'maxOfCreator'>;

interface Wanted {
  readonly index: number;
  readonly spec: JobSpec;
}

async function createAlone(ctx: VerbContext, spec: JobSpec, maker: Maker): Promise<Creation> {
  try {
    return { id: (await createJob(ctx, { ...maker, spec })).job.id };
  } catch (error) {
    if (error instanceof DomainError) return { refused: error };
    if (isValueRefused(error)) return { refused: unstorable() };
    throw error;
  }
}

/** Stores a batch at once; where a value in it can't be stored, one by one, so that only the culprit is refused. */
async function storeBatch(
  ctx: VerbContext,
  batch: readonly Wanted[],
  maker: Maker,
): Promise<{ made: [number, Creation][]; clocks: ReadonlyMap<string, readonly string[]> }> {
  const rows = batch.map(({ spec }) => rowOf(ctx, spec, maker.createdBy ?? ctx.actor.subject));
  try {
    const createdBy = maker.createdBy ?? ctx.actor.subject;
    const { jobs, clocks } = await inTransaction(ctx.db, async (tx) => {
      const room = await roomOfCreator(tx, { face: ctx.actor.face, createdBy }, maker.maxOfCreator);
      return storeNewJobs(tx, ctx, rows.slice(0, room));
    });
    const full = creatorIsFull(createdBy, maker.maxOfCreator);
    const made = batch.map(({ index }, n): [number, Creation] => {
      const job = jobs[n];
      return [index, job === undefined ? { refused: full } : { id: job.id }];
    });
    return { made, clocks };
  } catch (error) {
    if (!isValueRefused(error)) throw error;
    const made: [number, Creation][] = [];
    for (const { index, spec } of batch) made.push([index, await createAlone(ctx, spec, maker)]);
    return { made, clocks: new Map() };
  }
}

function rowOf(ctx: VerbContext, spec: JobSpec, createdBy: string): BatchedJob {
  const { subject, roles, face, correlationId } = ctx.actor;
  const now = ctx.now();
  const job = {
    ...spec,
    id: ctx.ids.next(),
    face,
    revision: 1,
    specRevision: 1,
    pausedAt: null,
    disabledBy: spec.enabled ? null : ('user' as const),
    disabledReason: null,
    createdBy,
    createdAt: now,
    updatedBy: createdBy,
    updatedAt: now,
  };
  const audit = {
    actor: subject,
    roles,
    face,
    action: 'job.create',
    jobId: job.id,
    executionId: null,
    before: null,
    after: spec,
    reason: null,
    correlationId,
  };
  return { job, number: null, accountedUntil: accountableFrom(job.schedule, now), audit };
}

function refusalBy(check: () => void): DomainError | null {
  try {
    check();
    return null;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

function unstorable(): DomainError {
  return new DomainError('INVALID_INPUT', 'The database can not hold a value in it: shorten its texts and payload.');
}

function brokenOff(): DomainError {
  return new DomainError('DATABASE_UNAVAILABLE', 'The database failed before its turn came: send it again.');
}
