import { listWorkers as list, type WorkerProcess } from '../../db/queries/workers.ts';
import type { VerbContext } from './context.ts';

export type { WorkerProcess } from '../../db/queries/workers.ts';

/** The workers of the service, all faces' alike, the dead of the last day among them. */
export async function listWorkers(ctx: Pick<VerbContext, 'db'>): Promise<WorkerProcess[]> {
  return list(ctx.db);
}
