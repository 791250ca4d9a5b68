import { liveAmong } from '../../db/queries/phases.ts';
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
  return phased(view, await liveOf(ctx, [view]));
}

/** The same of many, with one query for all of them. */
export async function withPhases<View extends JobView>(
  ctx: VerbContext,
  views: readonly View[],
): Promise<(View & { readonly phase: JobPhase })[]> {
  const live = await liveOf(ctx, views);
  return views.map((view) => phased(view, live));
}

/** Only those without a further fire can be running. */
function liveOf(ctx: VerbContext, views: readonly JobView[]): Promise<Set<string>> {
  const unsure = views.filter((view) => phaseOf(view.job, { ...view, live: true }) === 'running');
  return liveAmong(
    ctx.db,
    unsure.map(({ job }) => job.id),
  );
}

function phased<View extends JobView>(view: View, live: ReadonlySet<string>): View & { readonly phase: JobPhase } {
  return { ...view, phase: phaseOf(view.job, { ...view, live: live.has(view.job.id) }) };
}
