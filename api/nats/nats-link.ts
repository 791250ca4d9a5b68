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

/** What the API needs of NATS; the composition root hands it in. */
export interface NatsLink {
  /** False: there is no NATS, and never will be. */
  readonly isConfigured: boolean;
  connected(): boolean;
  /** Resolves when the server, or the stream that takes the subject, has it. Rejects when `signal` aborts before. */
  publish(message: OutgoingMessage, signal: AbortSignal): Promise<unknown>;
  /**
   * Hears a subject, as one of a queue group of which one gets each message, now and after each reconnection. What
   * `answer` resolves with is the reply. `drain` lets what came before be answered, and nothing come after.
   */
  serve(
    subject: string,
    options: {
      readonly queue: string;
      /** Answered at once; further messages wait. */
      readonly atOnce: number;
      answer(message: IncomingMessage): Promise<Reply>;
    },
  ): { drain(): Promise<void> };
}
