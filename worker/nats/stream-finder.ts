import { JetStreamApiCodes, JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import { errors, type NatsConnection } from '@nats-io/transport-node';
import { causesOf } from './causes.ts';

/** How long an answer is believed: a stream that is made or removed meanwhile is noticed after this. */
const BELIEVED_MS = 30_000;
const ASK_WITHIN_MS = 5_000;
const MOST_KEPT = 10_000;
/** "stream not found", and "JetStream not enabled" for an account and for all (nats-server, errors.json). */
const ABSENT = new Set<number>([
  JetStreamApiCodes.StreamNotFound,
  JetStreamApiCodes.JetStreamNotEnabledForAccount,
  10_076,
]);

/** Which stream takes a subject: found by asking, and kept for a while. */
export class StreamFinder {
  readonly #nats: NatsConnection;
  readonly #monotonicMs: () => number;
  readonly #found = new Map<string, { readonly stream: Promise<string | null>; readonly askedMs: number }>();

  constructor(nats: NatsConnection, monotonicMs: () => number) {
    this.#nats = nats;
    this.#monotonicMs = monotonicMs;
  }

  /** Null when no stream takes it, or JetStream is not there for us. Rejects when nobody can tell now. */
  of(subject: string): Promise<string | null> {
    const known = this.#found.get(subject);
    if (known !== undefined && this.#monotonicMs() - known.askedMs < BELIEVED_MS) return known.stream;
    const stream = this.#ask(subject);
    this.#found.delete(subject);
    this.#found.set(subject, { stream, askedMs: this.#monotonicMs() });
    stream.catch(() => this.forget(subject));
    for (const oldest of this.#found.keys()) {
      if (this.#found.size <= MOST_KEPT) break;
      this.#found.delete(oldest);
    }
    return stream;
  }

  forget(subject: string): void {
    this.#found.delete(subject);
  }

  async #ask(subject: string): Promise<string | null> {
    try {
      const manager = await jetstreamManager(this.#nats, { checkAPI: false, timeout: ASK_WITHIN_MS });
      return await manager.streams.find(subject);
    } catch (error) {
      if (isAbsent(error)) return null;
      throw error;
    }
  }
}

/** No such stream, no JetStream, or none that we may ask. */
function isAbsent(error: unknown): boolean {
  return causesOf(error).some(
    (cause) =>
      cause instanceof errors.NoRespondersError ||
      cause instanceof errors.PermissionViolationError ||
      (cause instanceof JetStreamApiError && ABSENT.has(cause.code)),
  );
}
