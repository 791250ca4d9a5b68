import type { AnalysisTarget } from '../../../../domain/actions/review.ts';
import type { Found } from '../../../../domain/reviews/finding.ts';
import { tally } from '../../../../domain/reviews/logs/normalise.ts';
import type { LogEntry } from '../../../../domain/reviews/logs/log-entry.ts';

/** One kind of message that is looked for. */
export interface LogRule {
  readonly code: string;
  readonly targets: readonly AnalysisTarget[];
  fits(entry: LogEntry): boolean;
  /** Null where what came is nothing to speak of. */
  judge(entries: readonly LogEntry[], examples: string): Omit<Found, 'code' | 'object'> | null;
}

const MOST_EXAMPLES = 3;

export function judgeLog(rule: LogRule, entries: readonly LogEntry[]): { found: Found[]; count: number } {
  const fitting = entries.filter((entry) => rule.fits(entry));
  if (fitting.length === 0) return { found: [], count: 0 };
  const kinds = tally(
    fitting.map(({ message }) => message),
    MOST_EXAMPLES,
  );
  const examples = kinds.map(({ message, count }) => `${message} (${count})`).join('; ');
  const judged = rule.judge(fitting, examples);
  return { found: judged === null ? [] : [{ code: rule.code, object: null, ...judged }], count: fitting.length };
}
