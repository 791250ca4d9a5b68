import { foldTotals } from '../../db/queries/execution-totals.ts';
import { countCompleted, recordRound } from '../../db/queries/housekeeping-round.ts';
import { addMetricCounts } from '../../db/queries/metric-counts.ts';
import type { Deps } from '../deps.ts';

/**
 * Keeps what /metrics tells without a scan: what this round repaired, what ended in hours that are over, which jobs are
 * through. After all other work, so that figures never hold up a repair.
 */
export async function keepFigures(
  { db }: Pick<Deps, 'db'>,
  round: { done: Readonly<Record<string, number>>; durationMs: number; failed: boolean },
  beat: () => void,
): Promise<void> {
  const { durationMs, failed } = round;
  const repaired = Object.entries(round.done).map(([work, count]) => [`housekeeper.${work}`, count] as const);
  await addMetricCounts(
    db,
    new Map([...repaired, ['housekeeper_rounds', 1], ['housekeeper_failures', failed ? 1 : 0]]),
  );
  await foldTotals(db, beat);
  await countCompleted(db);
  await recordRound(db, { durationMs, failed });
}
