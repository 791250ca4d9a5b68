import { randomBytes } from 'node:crypto';
import type { IdGenerator } from '@opentelemetry/sdk-trace';

/**
 * Random ids, but for traces that are named: the attempts of one run are made by several processes, of which none knows
 * the spans of the others, and all know the run's UUID.
 */
export class TraceIds implements IdGenerator {
  #named: string | null = null;

  /** `begin` starts a span at once: a trace that begins with it has the UUID's digits for its id. */
  naming<T>(uuid: string | undefined, begin: () => T): T {
    this.#named = uuid === undefined ? null : uuid.replaceAll('-', '').toLowerCase();
    try {
      return begin();
    } finally {
      this.#named = null;
    }
  }

  generateTraceId(): string {
    return this.#named ?? randomId(16);
  }

  generateSpanId(): string {
    return randomId(8);
  }
}

/** Zeros only would be none (W3C Trace Context, 3.2.2.3). */
function randomId(bytes: number): string {
  const id = randomBytes(bytes).toString('hex');
  return /^0+$/.test(id) ? randomId(bytes) : id;
}
