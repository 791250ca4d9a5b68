/**
 * Bounds the parallel actions of one process, quick and other ones together (DESIGN section 3.4): who waits goes by
 * priority (higher first), then by arrival.
 */
export class PrioritisedSemaphore {
  readonly #slots: number;
  readonly #waiting: { priority: number; enter: () => void }[] = [];
  #taken = 0;

  constructor(slots: number) {
    this.#slots = slots;
  }

  get taken(): number {
    return this.#taken;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Runs `work` in a slot. Who aborts while waiting never enters: the signal's reason is thrown. */
  async within<T>(priority: number, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    // Most enter at once: a promise less for each of thousands.
    if (this.#taken < this.#slots) this.#taken += 1;
    else await this.#turn(priority, signal);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  #turn(priority: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter = {
        priority,
        enter: () => {
          signal.removeEventListener('abort', abandon);
          resolve();
        },
      };
      const abandon = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', abandon, { once: true });
      const place = this.#waiting.findIndex((other) => other.priority < priority);
      this.#waiting.splice(place === -1 ? this.#waiting.length : place, 0, waiter);
    });
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#taken -= 1;
    else next.enter();
  }
}
