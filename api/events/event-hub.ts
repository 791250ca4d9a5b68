import type { Notice } from '../../db/events.ts';
import type { DomainEvent } from './domain-event.ts';
import { EventCursor } from './event-cursor.ts';
import { eventsOf, sizeOf, type LoadExecutions, type LoadJobs, type PlacedEvent } from './notice-events.ts';

/** Where an event stands in the stream; null for what was announced without a number. */
export interface Place {
  readonly seq: number | null;
  readonly index: number;
  /** What a client resumes from. */
  readonly id: string | null;
}

export type Listener = (event: DomainEvent, place: Place) => void;

/** Where a process's events come together: fed by Postgres, heard by sockets. */
export interface EventHub {
  /** Takes what `listen` hears. */
  announce(notice: Notice): void;
  /** Returns how to stop listening. Rows are read only while someone listens. */
  subscribe(listener: Listener): () => void;
  /** The connection to Postgres is (again) there: what was announced meanwhile is told now. */
  restore(): Promise<void>;
  /** What was told here so far; null before the database was reached. */
  position(): EventCursor | null;
  /** The next events that are kept and that `cursor` lacks, notice by notice; `isLast` when there are no more now. */
  missed(cursor: EventCursor): Promise<{ notices: readonly MissedNotice[]; isLast: boolean }>;
  /** The first notice that is kept, and the last number that was ever drawn. */
  bounds(): Promise<{ oldest: number; newest: number }>;
  /** Has had all that is committed by now, and nothing of what was drawn and may still come: tells what happens next. */
  beginning(): Promise<EventCursor>;
}

export interface MissedNotice {
  readonly seq: number;
  readonly events: readonly PlacedEvent[];
}

/** The notices of the last hour, as the database keeps them. */
export interface KeptNotices {
  read(range: {
    after: number;
    also: readonly (readonly [number, number])[];
    limit: number;
  }): Promise<(Notice & { readonly seq: number })[]>;
  bounds(latest: number): Promise<{ oldest: number; newest: number; latest: readonly number[] }>;
}

interface HubLog {
  warn(fields: object, message: string): void;
}

/** Executions read at once, however many notices they came in. */
const READ_AT_ONCE = 500;
/** More than this waiting, and the oldest are left out: events are a courtesy, memory is not. */
const MOST_WAITING = 20_000;
/** Notices read at once, of those that are kept. */
const PAGE = 100;
/** Among so many latest numbers an absent one may still come. */
const LOOK_BACK = 500;

type Waiting = { readonly notice: Notice; readonly size: number };

/** Delivers in the order in which things were announced. A listener that throws is logged and harms no other. */
export function createEventHub(deps: {
  load: LoadExecutions;
  loadJobs: LoadJobs;
  kept: KeptNotices;
  log: HubLog;
}): EventHub {
  const listeners = new Set<Listener>();
  const waiting: Waiting[] = [];
  let cursor: EventCursor | null = null;
  /** Kept notices by which the cursor began, whose announcement may still be under way to this process. */
  let unheard = new Set<number>();
  let size = 0;
  let draining = false;

  function announce(notice: Notice): void {
    if (listeners.size === 0) {
      take(notice);
      return;
    }
    const more = sizeOf(notice);
    waiting.push({ notice, size: more });
    size += more;
    let dropped = 0;
    while (size > MOST_WAITING && waiting.length > 1) {
      const oldest = waiting.shift();
      size -= oldest?.size ?? 0;
      dropped += oldest?.size ?? 0;
    }
    if (dropped > 0) deps.log.warn({ dropped }, 'Events were left out: they come faster than they can be read');
    if (!draining) void drain();
  }

  /** False when it was told before. */
  function take({ seq }: Notice): boolean {
    if (seq === undefined) return true;
    if (cursor?.has(seq) === true) return unheard.delete(seq);
    if (cursor === null) cursor = EventCursor.after([seq]);
    else cursor.take(seq);
    return true;
  }

  async function drain(): Promise<void> {
    draining = true;
    while (waiting.length > 0) {
      const batch = takeBatch();
      if (listeners.size === 0) {
        batch.forEach(take);
        continue;
      }
      try {
        const events = await eventsOf(batch, deps);
        for (const [i, notice] of batch.entries()) if (take(notice)) deliver(notice, events[i] ?? []);
      } catch (error) {
        deps.log.warn({ error, events: batch.length }, 'Events were left out: what they are of could not be read');
      }
    }
    draining = false;
  }

  function takeBatch(): Notice[] {
    const batch: Notice[] = [];
    for (let taken = 0; taken < READ_AT_ONCE;) {
      const next = waiting.shift();
      if (next === undefined) break;
      batch.push(next.notice);
      taken += next.size;
      size -= next.size;
    }
    return batch;
  }

  function deliver({ seq }: Notice, events: readonly PlacedEvent[]): void {
    for (const { event, index } of events) {
      const id = seq === undefined ? null : (cursor?.idAt(seq, index) ?? null);
      tell(event, { seq: seq ?? null, index, id });
    }
  }

  function tell(event: DomainEvent, place: Place): void {
    for (const listener of listeners) {
      try {
        listener(event, place);
      } catch (error) {
        deps.log.warn({ error, event: event.kind }, 'A listener of events failed');
      }
    }
  }

  async function catchUp(): Promise<void> {
    if (cursor === null || listeners.size === 0) {
      const { latest } = await deps.kept.bounds(LOOK_BACK);
      const heard = cursor;
      unheard = new Set(latest.filter((seq) => heard?.has(seq) !== true));
      const known = EventCursor.after(latest);
      if (heard === null || known.max >= heard.max) cursor = known;
      return;
    }
    const reached = cursor.clone();
    for (;;) {
      const page = await deps.kept.read({ after: reached.max, also: reached.holes, limit: PAGE });
      for (const notice of page) {
        reached.take(notice.seq);
        announce(notice);
      }
      if (page.length < PAGE) return;
    }
  }

  return {
    announce,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    restore: () =>
      catchUp().catch((error: unknown) => {
        deps.log.warn({ error }, 'What was announced meanwhile could not be read; clients may resume it');
      }),
    position: () => cursor?.clone() ?? null,
    async missed(from) {
      const page = await deps.kept.read({ after: from.max, also: from.open, limit: PAGE });
      const notices: (Notice & { readonly seq: number })[] = [];
      for (let events = 0; notices.length < page.length && events < READ_AT_ONCE;) {
        const next = page[notices.length];
        if (next === undefined) break;
        notices.push(next);
        events += sizeOf(next);
      }
      const events = await eventsOf(notices, deps);
      return {
        notices: notices.map(({ seq }, i) => ({ seq, events: events[i] ?? [] })),
        isLast: page.length < PAGE && notices.length === page.length,
      };
    },
    bounds: () => deps.kept.bounds(1),
    beginning: async () => EventCursor.after((await deps.kept.bounds(LOOK_BACK)).latest),
  };
}
