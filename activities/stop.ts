/** The part of an AbortSignal that who only waits needs; an AbortSignal is one, and so is a `Stop`. */
export interface Stopping {
  readonly aborted: boolean;
  /** Why, once it is aborted. */
  readonly reason: AbortSignal['reason'];
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/**
 * Stops an attempt, as an AbortController does. Its signal is made when somebody asks for it: with its listener it would
 * be a third of what a quick run costs this process, and a publish can do without.
 */
export class Stop implements Stopping {
  #controller: AbortController | null = null;
  #listeners: readonly (() => void)[] = [];
  #aborted = false;
  #reason: unknown;

  get aborted(): boolean {
    return this.#aborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.#aborted) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** The first one counts; who listens is told once. */
  abort(reason: Error): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    const told = this.#listeners;
    this.#listeners = [];
    this.#controller?.abort(reason);
    for (const listener of told) listener();
  }

  throwIfAborted(): void {
    if (this.#aborted) throw this.#reason;
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    if (!this.#aborted) this.#listeners = [...this.#listeners, listener];
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners = this.#listeners.filter((other) => other !== listener);
  }
}
