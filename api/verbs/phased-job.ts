import { liveAmong } from '../../db/queries/phases.ts';
import { phaseOf, type JobPhase } from '../../domain/job-phase.ts';
import type { VerbContext } from './context.ts';
import type { JobView } from './job-view.ts';

/** A job and where it stands in its life. */
export type PhasedJob = JobView & { readonly phase: JobPhase };

/** Says of jobs where they stand, with one query for all of them: only those without a further fire can be running. */
export async function withPhases<View extends JobView>(
  ctx: VerbContext,
  views: readonly View[],
): Promise<(View & { readonly phase: JobPhase })[]> {
  const unsure = views.filter((view) => phaseOf(view.job, { ...view, live: true }) === 'running');
  const live = await liveAmong(
    ctx.db,
    unsure.map(({ job }) => job.id),
  );
  return views.map((view) => ({ ...view, phase: phaseOf(view.job, { ...view, live: live.has(view.job.id) }) }));
}
