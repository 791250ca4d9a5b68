import type { Tx } from '../../db/connect.ts';
import { lockJobs } from '../../db/queries/claims.ts';
import { edgesAbove, lockDependencies, namesOf, storeDependencies } from '../../db/queries/dependencies.ts';
import type { Dependency } from '../../domain/dependencies.ts';
import { findCycle } from '../../domain/dependency-cycle.ts';
import { DomainError, invalid } from '../../domain/errors.ts';
import type { Job } from '../../domain/job.ts';
import type { VerbContext } from './context.ts';

/**
 * Ties a stored job to these parents, in the transaction that stores it, and unties it from all others. Throws INVALID_INPUT where one is no job of
 * its face, DEPENDENCY_CYCLE with the path in `details.path` (ids, from the job back to itself, each waiting for the next).
 */
export async function linkParents(
  tx: Tx,
  ctx: VerbContext,
  job: Job,
  dependencies: readonly Dependency[],
): Promise<void> {
  const parents = dependencies.map(({ jobId }) => jobId);
  await lockJobs(tx, parents);
  const names = await namesOf(tx, job.face, [job.id, ...parents]);
  const unknown = dependencies.flatMap(({ jobId }, index) => (names.has(jobId) ? [] : [{ jobId, index }]));
  if (unknown.length > 0) {
    const faults = unknown.map(({ jobId, index }) => ({
      path: `dependencies.${index}.jobId`,
      message: `there is no job ${jobId} to wait for: check the id`,
    }));
    throw invalid('INVALID_INPUT', faults);
  }
  await refuseCycle(tx, job, parents);
  await storeDependencies(tx, job, dependencies, () => ctx.ids.next());
}

/** Takes, before any job is locked, what tying jobs needs: the face's turn, and the jobs in id order. */
export async function prepareLinks(tx: Tx, ctx: VerbContext, jobIds: readonly string[]): Promise<void> {
  await lockDependencies(tx, ctx.actor.face);
  await lockJobs(tx, jobIds);
}

async function refuseCycle(tx: Tx, job: Job, parents: readonly string[]): Promise<void> {
  // Nobody waits for a job that is new.
  if (parents.length === 0 || job.revision === 1) return;
  await lockDependencies(tx, job.face);
  const path = findCycle(await edgesAbove(tx, parents), job.id, parents);
  if (path === null) return;
  const names = await namesOf(tx, job.face, path);
  const words = path.map((id) => `"${names.get(id) ?? id}"`).join(' waits for ');
  throw new DomainError(
    'DEPENDENCY_CYCLE',
    `The jobs would wait for one another for ever: ${words}. Leave out one of these dependencies.`,
    { path },
  );
}
