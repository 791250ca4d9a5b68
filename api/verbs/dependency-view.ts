import { dependenciesOf, type StoredDependency } from '../../db/queries/dependencies.ts';
import { standingOf, type Standing } from '../../domain/dependencies.ts';
import type { VerbContext } from './context.ts';

/** One dependency of a job, and how it stands for the job's next run. */
export interface DependencyView extends StoredDependency {
  readonly standing: Standing;
}

function dependencyViewOf(stored: StoredDependency): DependencyView {
  return { ...stored, standing: standingOf({ type: stored.type, end: stored.end?.state ?? null }) };
}

/** What a job waits for, in the order in which it was said. */
export async function dependencyViews(ctx: VerbContext, jobId: string): Promise<DependencyView[]> {
  return (await dependenciesOf(ctx.db, [jobId])).map(dependencyViewOf);
}
