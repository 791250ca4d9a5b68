import { isTerminal, type Execution } from './execution.ts';
import { isFiring } from './job.ts';
import { nextAfter, type Schedule } from './schedules/index.ts';
import type { Instant } from './schedules/kind.ts';

export const WHY_VERDICTS = [
  'executed',
  'under_way',
  'did_not_run',
  'will_fire',
  'will_be_skipped',
  'being_claimed',
  'not_due',
  'disabled',
  'paused',
  'not_yet_made',
  'no_record',
] as const;
/** What happened to a job at an instant, or will: a closed list, so that each face can word every one. */
export type WhyVerdict = (typeof WHY_VERDICTS)[number];

/** What the ledger and the revisions say of an instant. */
export interface Evidence {
  /** A whole second. */
  readonly at: Instant;
  readonly now: Instant;
  /** What the job was then, or, of the future, is now; null before it was made. */
  readonly inForce: {
    readonly schedule: Schedule;
    readonly enabled: boolean;
    readonly pausedAt: Instant | null;
  } | null;
  /** With just this nominal time, the scheduled fire first. */
  readonly executions: readonly Execution[];
  readonly accountedUntil: Instant;
}

/** What became, or will become, of the instant; the ledger has the first word, the job's revision the second. */
export function verdictOf({ at, now, inForce, executions, accountedUntil }: Evidence): WhyVerdict {
  const run = executions.find((execution) => !neverRan(execution)) ?? executions[0];
  if (run !== undefined) {
    if (neverRan(run)) return at > now ? 'will_be_skipped' : 'did_not_run';
    return isTerminal(run.state) ? 'executed' : 'under_way';
  }
  if (inForce === null) return 'not_yet_made';
  if (!isFiring(inForce)) return inForce.enabled ? 'paused' : 'disabled';
  if (nextAfter(inForce.schedule, at - 1) !== at) return 'not_due';
  if (at > now) return 'will_fire';
  return at > accountedUntil ? 'being_claimed' : 'no_record';
}

/** Whether it ended without its action having been begun: skipped, missed, or failed for a job that it waited for. */
export function neverRan({ state, reason }: Pick<Execution, 'state' | 'reason'>): boolean {
  if (reason === 'dependency_failed' || reason === 'dependency_timed_out') return true;
  return state === 'skipped' || state === 'missed';
}
