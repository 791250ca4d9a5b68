import { EventCursor } from '../events/event-cursor.ts';
import type { EventHub } from '../events/event-hub.ts';
import { eventMessage } from './event-message.ts';
import type { NatsLink } from './nats-link.ts';

/** How far events were told, kept where all processes see it. */
export interface RelayMark {
  /**
   * Runs `work` with the mark (null: none was ever set) while no other process holds it, and keeps what it resolves
   * with. False, at once, when another holds it; a process that dies gives it back.
   */
  advance(work: (mark: string | null) => Promise<string>): Promise<boolean>;
}

interface RelayLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** Told together, so that a burst costs one look at the database and one mark. */
const GATHER_MS = 100;
/** A look without being woken: after an outage, and when the process that told events has died. */
const LOOK_EVERY_MS = 5_000;
/** Nobody may hold the mark for longer. */
const TELL_WITHIN_MS = 5_000;

/**
 * Tells every event over NATS, by one process at a time, in order: from the mark on, through the notices that are kept
 * for an hour. What was told and not yet marked is told again, with the same id.
 */
export function relayEvents(deps: {
  link: NatsLink;
  hub: Pick<EventHub, 'missed' | 'bounds' | 'beginning'>;
  mark: RelayMark;
  log: RelayLog;
  now: () => number;
}): { wake(): void; stop(): Promise<void> } {
  const { link, hub, mark, log, now } = deps;
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let dueAtMs = Number.POSITIVE_INFINITY;
  let telling: Promise<void> = Promise.resolve();

  /** Tells the next page; resolves with whether there is more. */
  async function tell(): Promise<boolean> {
    let isMore = false;
    const told = await mark.advance(async (kept) => {
      const cursor = await cursorFrom(kept);
      const { notices, isLast } = await hub.missed(cursor);
      const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(TELL_WITHIN_MS)]);
      const messages = notices.flatMap(({ seq, events }) => {
        const first = cursor.firstOf(seq);
        cursor.take(seq);
        return events.filter(({ index }) => index >= first).map(({ event }) => eventMessage(event, seq, now()));
      });
      for (const { subject, headers } of await link.publishAll(messages, signal)) {
        log.warn({ subject, id: headers['Nats-Msg-Id'] }, 'An event was too long for the NATS server and was left out');
      }
      isMore = !isLast;
      return cursor.id;
    });
    return told && isMore;
  }

  /** The first time it begins with what happens next. */
  async function cursorFrom(kept: string | null): Promise<EventCursor> {
    const { oldest, newest } = await hub.bounds();
    const cursor = kept === null ? null : EventCursor.parse(kept);
    if (cursor === null || cursor.max > newest) return hub.beginning();
    if (cursor.max + 1 < oldest) {
      log.warn(
        { from: cursor.max, to: oldest },
        'Events older than an hour were not told over NATS: they are not kept',
      );
    }
    return cursor;
  }

  async function run(): Promise<void> {
    let isMore = true;
    try {
      while (isMore && link.connected() && !stopping.signal.aborted) isMore = await tell();
    } catch (error) {
      if (!stopping.signal.aborted) log.warn({ error }, 'Events could not be told over NATS; they are again soon');
    }
  }

  function plan(inMs: number): void {
    const atMs = performance.now() + inMs;
    if (stopping.signal.aborted || atMs >= dueAtMs) return;
    clearTimeout(timer);
    dueAtMs = atMs;
    timer = setTimeout(() => {
      dueAtMs = Number.POSITIVE_INFINITY;
      telling = telling.then(run).then(() => plan(LOOK_EVERY_MS));
    }, inMs);
    timer.unref();
  }

  plan(0);
  return {
    wake: () => plan(GATHER_MS),
    async stop() {
      stopping.abort(new Error('the process stops'));
      clearTimeout(timer);
      await telling;
    },
  };
}
