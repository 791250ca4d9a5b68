import { resourceFigures, type ResourceFigures } from '../../db/queries/resources.ts';
import type { VerbContext } from './context.ts';

export interface ResourceUsage extends ResourceFigures {
  /** The slots of one worker (DECISIONS section 4). */
  readonly maxConcurrentJobs: number;
}

/** What the service uses now, all faces together. */
export async function resourceUsage(ctx: VerbContext): Promise<ResourceUsage> {
  return { ...(await resourceFigures(ctx.db)), maxConcurrentJobs: ctx.limits.executorPoolSize };
}
