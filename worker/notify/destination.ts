import type { DueNotification } from '../../db/queries/notifications.ts';
import type { NotificationFilter } from '../../domain/notifications.ts';

/** One receiver of notifications. */
export interface Destination {
  /** As rows and logs call it; what was queued for it is found by it after a restart. */
  readonly name: string;
  readonly filter: NotificationFilter;
  /**
   * Resolves when the receiver has it. Rejects with an ActionFailure, whose `retryable` and `retryAfterMs` count, or
   * with any other error, which is retried. Ends when `signal` aborts.
   */
  deliver(notification: DueNotification, signal: AbortSignal): Promise<void>;
}

/** A filter that leaves nothing out. */
export const EVERYTHING: NotificationFilter = { events: [], tags: [], faces: [] };
