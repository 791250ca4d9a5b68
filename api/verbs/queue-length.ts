import { countUnendedOfFace } from '../../db/queries/executions-read.ts';
import type { VerbContext } from './context.ts';

/**
 * How many runs stand before the next one of the face: those that Temporal holds before the workers' slots (which all
 * faces share) or, where no worker has taken them so far, the face's own that are queued; and its own that wait for the
 * seat of their job. Throws ENGINE_UNAVAILABLE.
 */
export async function queueLength(ctx: VerbContext): Promise<number> {
  const [backlog, { queued = 0, waiting = 0 }] = await Promise.all([
    ctx.engine.backlog(),
    countUnendedOfFace(ctx.db, ctx.actor.face),
  ]);
  return Math.max(backlog, queued) + waiting;
}
