import type { RawData, WebSocket } from 'ws';
import { z } from 'zod';
import type { Authenticate } from '../http/authenticator.ts';
import type { Caller } from '../http/caller.ts';

/** What a session needs of its surroundings. */
export interface SessionDeps {
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

const words = z.array(z.string().max(200)).max(1000).default([]);
const message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('auth'), token: z.string().min(1) }),
  z.object({ type: z.literal('ping') }),
  z.object({ type: z.literal('subscribe'), jobs: words, tags: words }),
]);

/**
 * One socket from its opening to its close. Nothing is sent to it before a token has been found good: the one of its
 * header, or of its first message within 5 s (DECISIONS section 2).
 */
export class SocketSession {
  readonly #socket: WebSocket;
  readonly #peer: string;
  readonly #deps: SessionDeps;
  readonly #onReady: () => void;
  #token: string | null;
  #caller: Caller | null = null;
  #leaveSeat: (() => void) | null = null;
  #authTimer: NodeJS.Timeout | undefined;
  /** Null: everything. */
  #wanted: { jobs: ReadonlySet<string>; tags: ReadonlySet<string> } | null = null;
  #alive = true;
  #pending = 0;
  #turn: Promise<void> = Promise.resolve();

  /** `token` is the header's, already found good for `caller` before the upgrade. `onReady` runs once it may hear events. */
  constructor(
    socket: WebSocket,
    options: { peer: string; known: { token: string; caller: Caller } | null; onReady: () => void; deps: SessionDeps },
  ) {
    this.#socket = socket;
    this.#peer = options.peer;
    this.#deps = options.deps;
    this.#onReady = options.onReady;
    this.#token = options.known?.token ?? null;
    socket.on('message', (data) => this.#take(data));
    socket.on('pong', () => (this.#alive = true));
    socket.on('close', () => this.#closed());
    socket.on('error', () => this.#socket.terminate());
    const { known } = options;
    if (known !== null) this.#inTurn(() => this.#admit(known.token, known.caller));
    else
      this.#authTimer = setTimeout(
        () => this.close(POLICY, 'send {"type":"auth","token":"…"} within 5 s'),
        AUTH_WITHIN_MS,
      );
  }

  get ready(): boolean {
    return this.#caller !== null;
  }

  /** Whether the client has asked for events of this job: all, until it names jobs or tags. */
  wants(subject: { job: string; tags: readonly string[] }): boolean {
    const wanted = this.#wanted;
    return wanted === null || wanted.jobs.has(subject.job) || subject.tags.some((tag) => wanted.tags.has(tag));
  }

  /** Sends one event's JSON. A socket that does not take what it is sent is dropped, and slows no other. */
  send(json: string): void {
    if (!this.ready || this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > MOST_UNSENT_BYTES) {
      this.#deps.log.warn({ subject: this.#caller?.subject, peer: this.#peer }, 'A slow WebSocket was dropped');
      this.#socket.terminate();
      return;
    }
    this.#socket.send(json);
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
      await this.#receive(textOf(data));
    });
  }

  /** One after another, so that a message sent right behind the token finds it checked. */
  #inTurn(work: () => Promise<void>): void {
    this.#turn = this.#turn.then(work).catch((error: unknown) => {
      this.#deps.log.warn({ error, peer: this.#peer }, 'A WebSocket failed');
      this.close(1011, 'something went wrong here');
    });
  }

  async #receive(text: string): Promise<void> {
    const parsed = message.safeParse(jsonOf(text));
    if (this.#caller === null) {
      if (parsed.data?.type === 'auth') await this.#authenticate(parsed.data.token);
      else this.close(POLICY, 'the first message must be {"type":"auth","token":"…"}');
    } else if (parsed.data?.type === 'ping') {
      this.send('{"event":"pong","data":{}}');
    } else if (parsed.data?.type === 'auth') {
      await this.#renew(parsed.data.token, this.#caller);
    } else if (parsed.data?.type === 'subscribe') {
      this.#subscribe(parsed.data);
    } else {
      const known =
        'a message is {"type":"ping"}, {"type":"subscribe","jobs":[],"tags":[]} or {"type":"auth","token":"…"}';
      this.send(JSON.stringify({ event: 'error', data: { message: known } }));
    }
  }

  /** Replaces what was asked for before; nothing named is everything. */
  #subscribe({ jobs, tags }: { jobs: string[]; tags: string[] }): void {
    this.#wanted = jobs.length + tags.length === 0 ? null : { jobs: new Set(jobs), tags: new Set(tags) };
    this.send(JSON.stringify({ event: 'subscribed', data: { jobs, tags } }));
  }

  async #authenticate(token: string): Promise<void> {
    try {
      await this.#admit(token, await this.#deps.authenticate(token));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      await this.#deps.countFailure(this.#peer).catch(() => undefined);
      this.close(POLICY, short(error.message));
    }
  }

  async #admit(token: string, caller: Caller): Promise<void> {
    clearTimeout(this.#authTimer);
    if (caller.roles.length === 0) return this.close(POLICY, 'the token has no role: viewer is needed');
    const leave = await this.#deps.takeSeat(`subject:${caller.subject}`);
    if (leave === null) return this.close(POLICY, 'a client may have 5 sockets: close one of them first');
    if (this.#socket.readyState !== this.#socket.OPEN) return leave();
    this.#leaveSeat = leave;
    this.#token = token;
    this.#caller = caller;
    this.#onReady();
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

function textOf(data: RawData): string {
  return Array.isArray(data) ? Buffer.concat(data).toString() : Buffer.from(data as ArrayBuffer).toString();
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A close reason has at most 123 bytes (RFC 6455 section 5.5). */
function short(reason: string): string {
  return Buffer.byteLength(reason) <= 120 ? reason : `${reason.slice(0, 100)}…`;
}
