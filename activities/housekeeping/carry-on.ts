import { purgeNotices } from '../../db/queries/notices.ts';
import { giveUpForgotten, purgeNotifications } from '../../db/queries/notifications.ts';
import { DELIVER_FOR_MS } from '../../domain/notifications.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import type { Deps } from '../deps.ts';

/** How long events are kept for those who lost their connection (docs/notifications.md). */
const KEEP_EVENTS_MS = 3_600_000;
/** A courier's last try comes when the time is over; only what has no courier is older than this. */
const FORGOTTEN_AFTER_MS = DELIVER_FOR_MS + 3_600_000;
const NO_RECEIVER = 'No worker knows this receiver: it is not configured any more.';
const DAY_MS = 86_400_000;

/**
 * Sees that queued notifications go out though the process that queued them is gone, gives up what has no receiver, and
 * forgets events after an hour and notifications with their executions. Returns how many were given up.
 */
export async function carryOn(deps: Deps, now: Instant, beat: () => void): Promise<number> {
  deps.notifications.poke();
  const forgotten = await giveUpForgotten(deps.db, FORGOTTEN_AFTER_MS, NO_RECEIVER);
  if (forgotten > 0) deps.log.error({ forgotten }, 'Notifications without a receiver were given up');
  await purgeNotices(deps.db, KEEP_EVENTS_MS, beat);
  if (deps.retentionDays > 0) await purgeNotifications(deps.db, now - deps.retentionDays * DAY_MS, beat);
  return forgotten;
}
