import type { DomainEvent } from './domain-event.ts';
import type { EventCursor } from './event-cursor.ts';
import type { EventHub, Place } from './event-hub.ts';

/** Live events held back during one look at the database; more, and the next look brings them. */
const MOST_HELD = 5_000;

/** What a resumption needs of its socket. */
export interface ResumingSocket {
  /** Sends an event, if the client wants it; false when it does not. */
  tell(event: DomainEvent, id: string): boolean;
  /** Sends a live event that was held back: what the process has told, the socket has had now. */
  sendFresh(json: string): void;
  /** Some of what it missed is not kept any more. */
  tellIncomplete(): void;
  /** It has been told `events`; live ones follow. */
  tellResumed(events: number, isComplete: boolean): void;
  /** Resolves when what was sent has left; false when the socket is gone. */
  drained(): Promise<boolean>;
}

/**
 * Tells one client what it missed: the kept notices that its cursor lacks, page by page, as fast as it reads them; then
 * it joins the live events, none lost and none twice. Live events are held back meanwhile: what is told live during a
 * look at the database either is in the next page, or was committed after it and follows it.
 */
export class Resumption {
  readonly #hub: EventHub;
  #cursor: EventCursor;
  readonly #wasToldLive: (seq: number) => boolean;
  #held: { readonly place: Place; readonly json: string }[] | null = [];
  #overflowed = false;

  /** `since`: where the live stream stood when this socket joined it, since what came then it has had. */
  constructor(hub: EventHub, from: EventCursor, since: EventCursor | null) {
    this.#hub = hub;
    this.#cursor = from;
    const now = hub.position();
    this.#wasToldLive = (seq) => now?.has(seq) === true && since?.has(seq) === false;
  }

  /**
   * Whether a live event shall be sent now: `held` for later, `had` already, or `fresh`. One that is fresh was committed
   * after the last page was read, and notices come in the order of commits: from then on nothing can come twice.
   */
  admit(place: Place, json: string): 'held' | 'had' | 'fresh' {
    if (this.#held === null) {
      return place.seq !== null && this.#cursor.firstOf(place.seq) > place.index ? 'had' : 'fresh';
    }
    if (this.#held.length < MOST_HELD) this.#held.push({ place, json });
    else this.#overflowed = true;
    return 'held';
  }

  /** What the client has had so far. */
  get id(): string {
    return this.#cursor.id;
  }

  /** Whether live events are told again. */
  get joined(): boolean {
    return this.#held === null;
  }

  /** Resolves once it has joined the live events, or the socket went away. */
  async run(socket: ResumingSocket): Promise<void> {
    try {
      const { oldest, newest } = await this.#hub.bounds();
      const isKnown = this.#cursor.max <= newest;
      const isComplete = isKnown && this.#cursor.max + 1 >= oldest;
      if (!isComplete) socket.tellIncomplete();
      if (!isKnown) this.#cursor = await this.#hub.beginning();
      const told = await this.#catchUp(socket);
      if (told !== null) socket.tellResumed(told, isComplete);
    } finally {
      this.#join(socket);
    }
  }

  async #catchUp(socket: ResumingSocket): Promise<number | null> {
    let told = 0;
    for (;;) {
      this.#held = [];
      this.#overflowed = false;
      const { notices, isLast } = await this.#hub.missed(this.#cursor);
      for (const { seq, events } of notices) {
        const first = this.#cursor.firstOf(seq);
        const skip = this.#wasToldLive(seq);
        this.#cursor.take(seq);
        for (const { event, index } of skip ? [] : events) {
          if (index >= first && socket.tell(event, this.#cursor.idAt(seq, index))) told += 1;
        }
      }
      if (!(await socket.drained())) return null;
      if (isLast && !this.#overflowed) return told;
    }
  }

  #join(socket: ResumingSocket): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const { place, json } of held) {
      if (this.admit(place, json) === 'fresh') socket.sendFresh(json);
    }
  }
}
