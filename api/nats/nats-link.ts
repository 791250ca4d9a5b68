/** A message to be told over NATS. */
export interface OutgoingMessage {
  readonly subject: string;
  readonly payload: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A request that came in. */
export interface IncomingMessage {
  readonly subject: string;
  readonly payload: string;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly payload: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Serving {
  /** The queue group. */
  readonly queue: string;
  /** Answered at once; further messages wait. */
  readonly atOnce: number;
  readonly answer: (message: IncomingMessage) => Promise<Reply>;
}

/** What the API needs of NATS; the composition root hands it in. */
export interface NatsLink {
  /** False: there is no NATS, and never will be. */
  readonly isConfigured: boolean;
  connected(): boolean;
  /**
   * Sends in this order; resolves when the server, or the streams that take their subjects, have them all, with those
   * that are too long for the server and were left out. Rejects when `signal` aborts before: some may have arrived.
   */
  publishAll(messages: readonly OutgoingMessage[], signal: AbortSignal): Promise<readonly OutgoingMessage[]>;
  /**
   * Hears a subject, as one of a queue group of which one gets each message, now and after each reconnection. What
   * `answer` resolves with is the reply. `drain` lets what came before be answered, and nothing come after.
   */
  serve(subject: string, options: Serving): { drain(): Promise<void> };
}
