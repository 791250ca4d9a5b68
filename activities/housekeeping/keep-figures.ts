import { foldTotals } from '../../db/queries/execution-totals.ts';
import { countCompleted } from '../../db/queries/housekeeping-round.ts';
import type { Deps } from '../deps.ts';

/**
 * Keeps what /metrics tells without a scan: what ended in hours that are over, and which jobs are through. After all
 * other work, so that figures never hold up a repair.
 */
export async function keepFigures({ db }: Pick<Deps, 'db'>, beat: () => void): Promise<void> {
  await foldTotals(db, beat);
  await countCompleted(db);
}
