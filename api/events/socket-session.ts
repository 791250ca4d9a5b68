import type { RawData, WebSocket } from 'ws';
import type { Authenticate } from '../http/authenticator.ts';
import type { Caller } from '../http/caller.ts';
import type { DomainEvent } from './domain-event.ts';
import { EventCursor } from './event-cursor.ts';
import type { EventHub, Place } from './event-hub.ts';
import { Resumption } from './resumption.ts';
import { KNOWN_MESSAGES, readMessage, type SocketMessage } from './socket-messages.ts';

/** What a session needs of its surroundings. */
export interface SessionDeps {
  readonly hub: EventHub;
  readonly authenticate: Authenticate;
  /** Counts a bad credential against the peer's address. */
  readonly countFailure: (peer: string) => Promise<unknown>;
  readonly takeSeat: (client: string) => Promise<(() => void) | null>;
  readonly log: { warn(fields: object, message: string): void };
  now(): number;
}

/** Why a socket is closed: RFC 6455's "policy violation", with a reason that says what to do. */
const POLICY = 1008;
const AUTH_WITHIN_MS = 5_000;
/** More than this unsent, and the client is too slow to be worth the memory. */
const MOST_UNSENT_BYTES = 1_048_576;
const MOST_PENDING_MESSAGES = 16;

const INCOMPLETE =
  'Events are kept for an hour, and some that you missed are not any more: read what happened meanwhile from the API.';
const NO_EVENT_ID = 'last_event_id is not an id of this stream: send the "id" of the last event that you had';

/** An event in the words of the socket's face, and whom it is of; null when the face does not tell it. */
export interface Worded {
  readonly words: Readonly<Record<string, unknown>>;
  readonly subject: { readonly job: string; readonly tags: readonly string[] };
}

/** How a socket came in: its peer, the token of its header with whom it was found good for, and where it left off. */
export interface Arrival {
  readonly peer: string;
  readonly known: { readonly token: string; readonly caller: Caller } | null;
  readonly lastEventId: string | null;
}

type Asked = Pick<Extract<SocketMessage, { type: 'subscribe' }>, 'jobs' | 'tags' | 'last_event_id'>;

/**
 * One socket from its opening to its close. Nothing is sent to it before a token has been found good: the one of its
 * header, or of its first message within 5 s (DECISIONS section 2).
 */
export class SocketSession {
  readonly #socket: WebSocket;
  readonly #peer: string;
  readonly #deps: SessionDeps;
  readonly #onReady: () => void;
  readonly #word: (event: DomainEvent) => Worded | null;
  /** What the address or the headers asked for, until it is authenticated. */
  readonly #asked: Asked;
  /** Where the live stream stood when this socket joined it. */
  #since: EventCursor | null = null;
  #resumption: Resumption | null = null;
  #token: string | null;
  #caller: Caller | null = null;
  #leaveSeat: (() => void) | null = null;
  #authTimer: NodeJS.Timeout | undefined;
  /** Null: everything. */
  #wanted: { jobs: ReadonlySet<string>; tags: ReadonlySet<string> } | null = null;
  #alive = true;
  #pending = 0;
  #turn: Promise<void> = Promise.resolve();

  /** `onReady` runs once it may hear events. */
  constructor(
    socket: WebSocket,
    options: {
      arrival: Arrival;
      word: (event: DomainEvent) => Worded | null;
      onReady: () => void;
      deps: SessionDeps;
    },
  ) {
    const { known, lastEventId, peer } = options.arrival;
    this.#socket = socket;
    this.#peer = peer;
    this.#deps = options.deps;
    this.#word = options.word;
    this.#onReady = options.onReady;
    this.#asked = lastEventId === null ? {} : { last_event_id: lastEventId };
    this.#token = known?.token ?? null;
    socket.on('message', (data) => this.#take(data));
    socket.on('pong', () => (this.#alive = true));
    socket.on('close', () => this.#closed());
    socket.on('error', () => this.#socket.terminate());
    if (known !== null) this.#inTurn(() => this.#admit(known.token, known.caller, this.#asked));
    else
      this.#authTimer = setTimeout(
        () => this.close(POLICY, 'send {"type":"auth","token":"…"} within 5 s'),
        AUTH_WITHIN_MS,
      );
  }

  get ready(): boolean {
    return this.#caller !== null;
  }

  /** Tells a live event, whose JSON is `json`; it waits while the client is told what it missed. */
  offer(json: string, subject: Worded['subject'], place: Place): void {
    if (!this.ready || !this.#wants(subject)) return;
    const verdict = this.#resumption?.admit(place, json) ?? 'fresh';
    if (verdict !== 'fresh') return;
    this.#resumption = null;
    this.#send(json);
  }

  /** Whether the client has asked for events of this job: all, until it names jobs or tags. */
  #wants(subject: Worded['subject']): boolean {
    const wanted = this.#wanted;
    return wanted === null || wanted.jobs.has(subject.job) || subject.tags.some((tag) => wanted.tags.has(tag));
  }

  /** A socket that does not take what it is sent is dropped, and slows no other. */
  #send(json: string, onSent?: (error?: Error) => void): void {
    if (!this.ready || this.#socket.readyState !== this.#socket.OPEN) {
      onSent?.(new Error('closed'));
    } else if (this.#socket.bufferedAmount > MOST_UNSENT_BYTES) {
      this.#deps.log.warn({ subject: this.#caller?.subject, peer: this.#peer }, 'A slow WebSocket was dropped');
      this.#socket.terminate();
      onSent?.(new Error('dropped'));
    } else {
      this.#socket.send(json, onSent);
    }
  }

  #refuse(message: string): void {
    this.#send(JSON.stringify({ event: 'error', data: { message } }));
  }

  /** An answer, with the position up to which the client has had everything. */
  #say(event: string, data: object): void {
    const id = this.#resumption?.id ?? this.#deps.hub.position()?.id;
    this.#send(JSON.stringify({ event, data, ...(id === undefined ? {} : { id }) }));
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  /** Asks whether the peer still lives, and its credential is still good: it may have expired or been revoked. */
  beat(): void {
    if (!this.#alive) {
      this.#deps.log.warn(
        { subject: this.#caller?.subject, peer: this.#peer },
        'A WebSocket whose peer was gone was dropped',
      );
      this.#socket.terminate();
      return;
    }
    this.#alive = false;
    this.#socket.ping();
    const token = this.#token;
    if (this.#caller !== null && token !== null) this.#inTurn(() => this.#checkAgain(token));
  }

  #take(data: RawData): void {
    this.#pending += 1;
    if (this.#pending > MOST_PENDING_MESSAGES) {
      this.close(POLICY, 'too many messages at once');
      return;
    }
    this.#inTurn(async () => {
      this.#pending -= 1;
      await this.#receive(readMessage(data));
    });
  }

  /** One after another, so that a message sent right behind the token finds it checked. */
  #inTurn(work: () => Promise<void>): void {
    this.#turn = this.#turn.then(work).catch((error: unknown) => {
      this.#deps.log.warn({ error, peer: this.#peer }, 'A WebSocket failed');
      this.close(1011, 'something went wrong here');
    });
  }

  async #receive(message: SocketMessage | null): Promise<void> {
    if (this.#caller === null) {
      if (message?.type === 'auth') await this.#authenticate(message);
      else this.close(POLICY, 'the first message must be {"type":"auth","token":"…"}');
    } else if (message === null) {
      this.#refuse(KNOWN_MESSAGES);
    } else if (message.type === 'ping') {
      this.#say('pong', {});
    } else if (message.type === 'auth') {
      await this.#renew(message.token, this.#caller);
    } else {
      this.#ask(message);
      if (message.type === 'subscribe') {
        this.#say('subscribed', { jobs: message.jobs ?? [], tags: message.tags ?? [] });
      }
      if (message.last_event_id !== undefined) this.#resume(message.last_event_id);
    }
  }

  /** Replaces what was asked for before; nothing named is everything. A `resume` that names nothing changes nothing. */
  #ask({ type, jobs = [], tags = [] }: Asked & { type: SocketMessage['type'] }): void {
    const isNothing = jobs.length + tags.length === 0;
    if (isNothing && type === 'resume') return;
    this.#wanted = isNothing ? null : { jobs: new Set(jobs), tags: new Set(tags) };
  }

  /** Tells what came after an event; live ones follow it. It goes on beside other messages. */
  #resume(lastEventId: string): void {
    const from = EventCursor.parse(lastEventId);
    if (from === null) return this.#refuse(NO_EVENT_ID);
    if (this.#resumption?.joined === false)
      return this.#refuse('the stream is being resumed already: wait for "resumed"');
    const { hub, log } = this.#deps;
    const resumption = new Resumption(hub, from, this.#since);
    this.#resumption = resumption;
    const socket = {
      tell: (event: DomainEvent, id: string) => this.#tellMissed(event, id),
      sendFresh: (json: string) => {
        this.#resumption = null;
        this.#send(json);
      },
      tellIncomplete: () => this.#say('resume_incomplete', { message: INCOMPLETE }),
      tellResumed: (events: number, complete: boolean) => this.#say('resumed', { events, complete }),
      drained: () =>
        new Promise<boolean>((resolve) => {
          if (this.#socket.bufferedAmount === 0) resolve(this.ready);
          else this.#socket.ping(undefined, undefined, (error?: Error) => resolve(error === undefined && this.ready));
        }),
    };
    resumption.run(socket).catch((error: unknown) => {
      log.warn({ error, subject: this.#caller?.subject, peer: this.#peer }, 'A WebSocket could not be resumed');
      this.#refuse('what you missed could not be read: send the resume again in some seconds');
    });
  }

  #tellMissed(event: DomainEvent, id: string): boolean {
    const worded = this.#word(event);
    if (worded === null || !this.#wants(worded.subject)) return false;
    this.#send(JSON.stringify({ ...worded.words, id }));
    return true;
  }

  async #authenticate(message: Extract<SocketMessage, { type: 'auth' }>): Promise<void> {
    try {
      const caller = await this.#deps.authenticate(message.token);
      await this.#admit(message.token, caller, { ...this.#asked, ...message });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      await this.#deps.countFailure(this.#peer).catch(() => undefined);
      this.close(POLICY, short(error.message));
    }
  }

  async #admit(token: string, caller: Caller, asked: Asked): Promise<void> {
    clearTimeout(this.#authTimer);
    if (caller.roles.length === 0) return this.close(POLICY, 'the token has no role: viewer is needed');
    const leave = await this.#deps.takeSeat(`subject:${caller.subject}`);
    if (leave === null) return this.close(POLICY, 'a client may have 5 sockets: close one of them first');
    if (this.#socket.readyState !== this.#socket.OPEN) return leave();
    this.#leaveSeat = leave;
    this.#token = token;
    this.#caller = caller;
    this.#ask({ ...asked, type: 'auth' });
    this.#since = this.#deps.hub.position();
    this.#onReady();
    if (asked.last_event_id !== undefined) this.#resume(asked.last_event_id);
  }

  /** A client may hand in a fresh token of its own before the old one expires. */
  async #renew(token: string, before: Caller): Promise<void> {
    const caller = await this.#deps.authenticate(token).catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
      return null;
    });
    if (caller?.subject !== before.subject) return this.close(POLICY, 'this token is bad, or not of the same client');
    this.#token = token;
    this.#caller = caller;
  }

  async #checkAgain(token: string): Promise<void> {
    try {
      await this.#deps.authenticate(token);
    } catch (error) {
      // A database that is away for a moment ends nobody's session.
      if (isRefusal(error)) this.close(POLICY, short(error.message));
    }
  }

  #closed(): void {
    clearTimeout(this.#authTimer);
    this.#caller = null;
    this.#leaveSeat?.();
    this.#leaveSeat = null;
  }
}

function isRefusal(error: unknown): error is Error {
  return error instanceof Error && (error as { code?: unknown }).code === 'UNAUTHENTICATED';
}

/** A close reason has at most 123 bytes (RFC 6455 section 5.5). */
function short(reason: string): string {
  return Buffer.byteLength(reason) <= 120 ? reason : `${reason.slice(0, 100)}…`;
}
