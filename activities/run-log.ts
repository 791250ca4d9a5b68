import type { LogLine } from '../domain/execution.ts';
import type { Instant } from '../domain/schedules/kind.ts';

/** Lines and characters kept with one execution; what comes after is counted, not kept. */
const MOST_LINES = 1000;
const LONGEST_LINE = 8192;
const MOST_TEXT = 1_048_576;
/** A log that grows is shown while it grows at this rate at most, in characters a second: its row is written whole. */
const SHOWN_EACH_SECOND = 65_536;

/** The log of one execution, carried from attempt to attempt. */
export class RunLog {
  readonly lines: LogLine[];
  /** Grows with every line, kept or not. */
  version = 0;
  #size = 0;
  #dropped = 0;
  readonly #now: () => Instant;

  /** `earlier`: the lines of the attempts before. */
  constructor(now: () => Instant, earlier: readonly LogLine[] = []) {
    this.#now = now;
    this.lines = [...earlier];
    for (const { message } of earlier) this.#size += message.length;
  }

  add(level: LogLine['level'], message: string): void {
    this.version += 1;
    const text = message.slice(0, LONGEST_LINE);
    const isFull = this.#dropped > 0 || this.lines.length >= MOST_LINES || this.#size + text.length > MOST_TEXT;
    if (isFull) {
      this.#drop();
      return;
    }
    this.#size += text.length;
    this.lines.push({ at: this.#now(), level, message: text });
  }

  /** How long to wait between two showings, so that a long log costs no more than a short one. */
  get showEveryMs(): number {
    return (this.#size / SHOWN_EACH_SECOND) * 1000;
  }

  #drop(): void {
    if (this.#dropped > 0) this.lines.pop();
    this.#dropped += 1;
    const bounds = `at most ${MOST_LINES} lines and ${MOST_TEXT / 1024} kB are`;
    const message = `… and ${this.#dropped} more lines, which were not kept (${bounds})`;
    this.lines.push({ at: this.#now(), level: 'warn', message });
  }
}
