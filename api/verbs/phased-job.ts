import { standingOf, type JobStanding } from '../../db/queries/phases.ts';
import { phaseOf, type JobPhase } from '../../domain/job-phase.ts';
import type { VerbContext } from './context.ts';
import type { JobView } from './job-view.ts';

/** A job and where it stands in its life. */
export type PhasedJob = JobView & { readonly phase: JobPhase };

/** Says of a job where it stands. */
export async function withPhase<View extends JobView>(
  ctx: VerbContext,
  view: View,
): Promise<View & { readonly phase: JobPhase }> {
  return phased(view, await standingOfUnsure(ctx, [view]));
}

/** The same of many, with one query for all of them. */
export async function withPhases<View extends JobView>(
  ctx: VerbContext,
  views: readonly View[],
): Promise<(View & { readonly phase: JobPhase })[]> {
  const standing = await standingOfUnsure(ctx, views);
  return views.map((view) => phased(view, standing));
}

/** Only those without a further fire can be running. */
function standingOfUnsure(ctx: VerbContext, views: readonly JobView[]): Promise<Map<string, JobStanding>> {
  const unsure = views.filter((view) => phaseOf(view.job, { ...view, live: true }) === 'running');
  return standingOf(
    ctx.db,
    unsure.map(({ job }) => job.id),
  );
}

/** With the statistics of the same instant: a job that has completed since it was read shows how its last run ended. */
function phased<View extends JobView>(
  view: View,
  standing: ReadonlyMap<string, JobStanding>,
): View & { readonly phase: JobPhase } {
  const { live = false, statistics = view.statistics } = standing.get(view.job.id) ?? {};
  return { ...view, statistics, phase: phaseOf(view.job, { ...view, live }) };
}
