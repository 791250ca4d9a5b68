import { childrenToLookAt } from '../../db/queries/dependency-ends.ts';
import { overdueHeld } from '../../db/queries/held-runs.ts';
import type { Deps } from '../deps.ts';
import { releaseAll, releaseChildren } from '../release-children.ts';

/** Children are let go within this after their parents' ends, or that was lost. */
const LOST_AFTER_MS = 5_000;
/** A held run ends by itself when its time is over; one that is later is woken. */
const OVERDUE_MS = 30_000;
const MOST = 1000;

/**
 * Lets those go whose parents have ended and whom nobody told (a crash between a parent's end and its child's start), and
 * wakes held runs whose time is over. Returns how many it looked after.
 */
export async function releaseLost(deps: Deps, beat: () => void): Promise<number> {
  const children = await childrenToLookAt(deps.db, null, LOST_AFTER_MS);
  const { released, ended } = await releaseAll(deps, children);
  beat();
  await releaseChildren(deps, ended);
  const overdue = await overdueHeld(deps.db, deps.dependencyTimeoutMs + OVERDUE_MS, MOST);
  for (const workflowId of overdue) {
    await deps.runs.wakeRun(workflowId);
    beat();
  }
  return released + overdue.length;
}
