import { dirtyClocks, overdueClocks } from '../../db/queries/clocks.ts';
import type { Deps } from '../deps.ts';

/** A poke is delivered within this after its commit, or it was lost. */
const DIRTY_AFTER_MS = 5_000;
/** A clock that is later than this with a job's fire does not tick any more. */
const OVERDUE_AFTER_MS = 60_000;
const MOST = 1000;

/** Pokes clocks whose poke was lost, and restarts those that are overdue (DESIGN section 3.6). Returns how many. */
export async function mendClocks(deps: Deps, beat: () => void): Promise<number> {
  const overdue = await overdueClocks(deps.db, OVERDUE_AFTER_MS, MOST);
  // A clock that no longer answers may be dirty too: a restart tells it more than a poke would.
  const dirty = (await dirtyClocks(deps.db, DIRTY_AFTER_MS, MOST)).filter((id) => !overdue.includes(id));
  for (const clockId of dirty) {
    await deps.runs.poke(clockId, []);
    beat();
  }
  for (const clockId of overdue) {
    deps.log.warn({ clockId }, 'A clock is overdue and is restarted');
    await deps.runs.restartClock(clockId);
    beat();
  }
  return dirty.length + overdue.length;
}
