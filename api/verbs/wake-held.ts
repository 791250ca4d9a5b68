import { heldWorkflows } from '../../db/queries/held-runs.ts';
import type { VerbContext } from './context.ts';

/**
 * Lets the held runs of these jobs look again at what they wait for, after the commit of what may free them. Not waited
 * for: they look by themselves from time to time, and the housekeeper wakes them.
 */
export function wakeHeld(ctx: VerbContext, jobIds: readonly string[]): void {
  const wake = async () => {
    for (const workflowId of await heldWorkflows(ctx.db, jobIds)) await ctx.engine.wakeRun(workflowId);
  };
  wake().catch((error: unknown) => {
    ctx.log.warn({ error, jobIds }, 'Held runs could not be woken; they look again by themselves');
  });
}
