import { finishBulk, unfinishedBulks, type Bulk } from '../../db/queries/bulks.ts';
import type { Deps } from '../deps.ts';

/** What was committed and not started for so long has lost its start. */
const START_LOST_AFTER_MS = 5_000;
const MOST = 1000;

/**
 * Sees that bulk operations go on: starts groups and timers whose start was lost, and marks groups whose workflow has
 * ended otherwise; `settleLost` then looks after their runs one by one. Returns how many it looked after.
 */
export async function continueBulks(deps: Deps, beat: () => void): Promise<number> {
  let moved = 0;
  for (const bulk of await unfinishedBulks(deps.db, START_LOST_AFTER_MS, MOST)) {
    if (await proceed(deps, bulk)) moved += 1;
    beat();
  }
  return moved;
}

async function proceed(deps: Deps, { id, kind, sequential, resumeAt }: Bulk): Promise<boolean> {
  const status = await deps.runs.statusOf(kind === 'disable' ? `timed-resume-${id}` : id);
  if (status === 'running') return false;
  if (kind === 'disable' && resumeAt !== null) {
    await deps.runs.startTimedResume({ bulkId: id, at: resumeAt });
  } else if (kind === 'run' && status === 'gone') {
    await deps.runs.startBulkRun({ groupId: id, sequential });
  } else {
    await finishBulk(deps.db, id);
  }
  return true;
}
