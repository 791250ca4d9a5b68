import { recordRound } from '../../db/queries/housekeeping-round.ts';
import { addMetricCounts } from '../../db/queries/metric-counts.ts';
import type { Deps } from '../deps.ts';

/** Notes a round for /metrics, one of which a part failed too: what it put right, how long it took, that it was. */
export async function noteRound(
  { db }: Pick<Deps, 'db'>,
  round: { done: Readonly<Record<string, number>>; durationMs: number; failed: boolean },
): Promise<void> {
  const { done, durationMs, failed } = round;
  const repaired = Object.entries(done).map(([work, count]) => [`housekeeper.${work}`, count] as const);
  await addMetricCounts(
    db,
    new Map([...repaired, ['housekeeper_rounds', 1], ['housekeeper_failures', failed ? 1 : 0]]),
  );
  await recordRound(db, { durationMs, failed });
}
