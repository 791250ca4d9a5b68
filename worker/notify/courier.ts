import { ActionFailure } from '../../activities/actions/handler.ts';
import type { Deps } from '../../activities/deps.ts';
import {
  claimNotifications,
  endNotification,
  nextNotificationIn,
  putOffNotification,
  type DueNotification,
} from '../../db/queries/notifications.ts';
import { cleanJson } from '../../domain/json.ts';
import { DELIVER_FOR_MS, deliveryWaitMs } from '../../domain/notifications.ts';
import type { Destination } from './destination.ts';

/** Tries at once to one destination. */
const AT_ONCE = 10;
const TRY_FOR_MS = 15_000;
/** Longer than a try: what a process that died had taken is tried by another after it. */
const LEASE_MS = 60_000;
/** While everything fails, the destination is left alone: 1 s, then twice as long each time, up to this. */
const LONGEST_REST_MS = 60_000;
/** As long as its Retry-After says, up to this. */
const LONGEST_ASKED_REST_MS = 3_600_000;
const DATABASE_AWAY_MS = 5_000;
/** A queue that is looked after for others may have become due earlier than was seen. */
const LOOK_AGAIN_MS = 60_000;
const LONGEST_REASON = 1_000;

/**
 * Carries the notifications of one destination: rows in Postgres, claimed under a lease, so that every worker may carry
 * them and none is lost. Poked when some were queued, and by the housekeeper; retries come by a timer of its own.
 */
export class Courier {
  readonly #world: Pick<Deps, 'db' | 'log' | 'monotonicMs'>;
  readonly #destination: Destination;
  readonly #stop = new AbortController();
  #turn: Promise<void> | null = null;
  #again = false;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #restUntilMs = 0;

  constructor(world: Pick<Deps, 'db' | 'log' | 'monotonicMs'>, destination: Destination) {
    this.#world = world;
    this.#destination = destination;
  }

  /** Something may be due. Returns at once. */
  poke(): void {
    if (this.#stop.signal.aborted) return;
    this.#again = true;
    this.#turn ??= this.#work().finally(() => {
      this.#turn = null;
      if (this.#again) this.poke();
    });
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error('The worker stops.'));
    clearTimeout(this.#timer);
    await this.#turn;
  }

  async #work(): Promise<void> {
    clearTimeout(this.#timer);
    this.#again = false;
    try {
      const inMs = await this.#deliverDue();
      if (inMs !== null) this.#wakeIn(Math.min(inMs, LOOK_AGAIN_MS));
    } catch (error) {
      this.#world.log.warn({ error, destination: this.#destination.name }, 'Notifications could not be looked at yet');
      this.#wakeIn(DATABASE_AWAY_MS);
    }
  }

  #wakeIn(ms: number): void {
    if (this.#stop.signal.aborted) return;
    this.#timer = setTimeout(() => this.poke(), ms);
    this.#timer.unref();
  }

  /** Returns after how long there is something to do again; null when nothing waits. */
  async #deliverDue(): Promise<number | null> {
    const { db, monotonicMs } = this.#world;
    const { name } = this.#destination;
    for (;;) {
      const restMs = this.#restUntilMs - monotonicMs();
      if (restMs > 0) return restMs;
      const batch = await claimNotifications(db, name, { limit: AT_ONCE, leaseMs: LEASE_MS });
      if (batch.length === 0) return nextNotificationIn(db, name);
      const waits = await Promise.all(batch.map((notification) => this.#deliver(notification)));
      if (this.#stop.signal.aborted) return null;
      this.#rest(waits);
    }
  }

  /** A destination that took none of a batch is away, or has enough: one try of many thousands is no better. */
  #rest(waits: readonly (number | null)[]): void {
    const failed = waits.filter((wait) => wait !== null);
    this.#failures = failed.length < waits.length ? 0 : this.#failures + 1;
    if (this.#failures === 0) return;
    const asked = Math.min(Math.max(...failed), LONGEST_ASKED_REST_MS);
    const restMs = Math.max(Math.min(1_000 * 2 ** (this.#failures - 1), LONGEST_REST_MS), asked);
    this.#restUntilMs = this.#world.monotonicMs() + restMs;
  }

  /** One try. Resolves with the wait that the destination asked for, 0 for none; null when it has come to its end. */
  async #deliver(notification: DueNotification): Promise<number | null> {
    const { db, log } = this.#world;
    const { id, attempt, ageMs } = notification;
    const stopping = this.#stop.signal;
    try {
      const signal = AbortSignal.any([stopping, AbortSignal.timeout(TRY_FOR_MS)]);
      await this.#destination.deliver(notification, signal);
    } catch (error) {
      if (stopping.aborted) {
        await putOffNotification(db, notification, { waitMs: 0, error: 'The worker stopped during a try.' });
        return null;
      }
      const reason = reasonOf(error);
      const about = { notificationId: id, destination: this.#destination.name, attempt, reason };
      const hopeless = error instanceof ActionFailure && !error.retryable;
      if (hopeless || ageMs >= DELIVER_FOR_MS) {
        await endNotification(db, id, { state: 'given_up', error: reason });
        log.error(about, 'A notification was given up');
        return null;
      }
      const asked = error instanceof ActionFailure ? (error.retryAfterMs ?? 0) : 0;
      const waitMs = Math.min(Math.max(asked, deliveryWaitMs(attempt, Math.random())), DELIVER_FOR_MS - ageMs);
      await putOffNotification(db, notification, { waitMs, error: reason });
      log.warn({ ...about, waitMs }, 'A notification could not be delivered yet');
      return asked;
    }
    await endNotification(db, id, { state: 'delivered', error: null });
    return null;
  }
}

function reasonOf(error: unknown): string {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const text = name === 'TimeoutError' ? `There was no answer within ${TRY_FOR_MS / 1000} s.` : message;
  return cleanJson(text.slice(0, LONGEST_REASON));
}
