import type { Lookup } from '../../domain/templates.ts';
import { ActionFailure } from './handler.ts';

const BYTES_PER_MB = 1_048_576;

/**
 * Bounds what one action may hold (gateway.txt, Performance Limits: memory per job): the values that its templates take
 * in, counted before they are joined, and what it reports. Throws the ActionFailure `MemoryLimit`.
 */
export class MemoryLimit {
  readonly #megabytes: number;
  #rendered = 0;

  constructor(megabytes: number) {
    this.#megabytes = megabytes;
  }

  /** The same lookup; refuses to give values once they are too much together. */
  counting(lookup: Lookup): Lookup {
    return (name) => {
      const value = lookup(name);
      if (value === undefined) return value;
      this.#rendered += typeof value === 'string' ? value.length : JSON.stringify(value).length;
      this.check('its templates', this.#rendered);
      return value;
    };
  }

  check(what: string, bytes: number): void {
    if (bytes <= this.#megabytes * BYTES_PER_MB) return;
    const needed = Math.ceil(bytes / BYTES_PER_MB);
    throw new ActionFailure(
      'MemoryLimit',
      `The action was stopped: ${what} would take ${needed} MB and a job may take ${this.#megabytes} MB. ` +
        'Make it handle less at once, or raise MEMORY_PER_JOB_MB.',
      { retryable: false },
    );
  }
}
