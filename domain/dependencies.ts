import { z } from 'zod';
import type { EndReason, ExecutionState } from './execution.ts';
import { parseWith } from './parse.ts';

export const DEPENDENCY_TYPES = ['success', 'completion', 'any'] as const;
/** What a child asks of a parent's end: that it succeeded; that it succeeded or failed; that it ended at all. */
export type DependencyType = (typeof DEPENDENCY_TYPES)[number];

/** A job waits for another one, its parent. */
export interface Dependency {
  readonly jobId: string;
  readonly type: DependencyType;
}

/** A parent, and the state in which it ended last since the child's previous run; null: it has not ended since. */
export interface ParentEnd {
  readonly type: DependencyType;
  readonly end: ExecutionState | null;
}

export type Standing = 'met' | 'waiting' | 'failed';

const MOST_PARENTS = 200;

const HOLDS: Readonly<Record<DependencyType, (end: ExecutionState) => boolean>> = {
  success: (end) => end === 'succeeded',
  completion: (end) => end === 'succeeded' || end === 'failed' || end === 'timed_out',
  any: () => true,
};

/** How one dependency stands (DECISIONS section 6). */
export function standingOf({ type, end }: ParentEnd): Standing {
  if (end === null) return 'waiting';
  return HOLDS[type](end) ? 'met' : 'failed';
}

/**
 * Whether a held run may go (DECISIONS sections 6 and 9): of dependencies of type `any` one suffices, all others must
 * all hold, and the first that can't hold any more fails the run.
 */
export function standingOfAll(parents: readonly ParentEnd[]): Standing {
  const alternatives = parents.filter(({ type }) => type === 'any').map(standingOf);
  const others = parents.filter(({ type }) => type !== 'any').map(standingOf);
  if (others.includes('failed')) return 'failed';
  const oneSuffices = alternatives.length === 0 || alternatives.includes('met');
  return oneSuffices && others.every((standing) => standing === 'met') ? 'met' : 'waiting';
}

/**
 * The same for a child without a schedule, which is judged once in a round: a failure counts when every parent that
 * must hold has ended, or what the late ones do would be taken for the next round.
 */
export function standingOfRound(parents: readonly ParentEnd[]): Standing {
  const pending = parents.some((parent) => parent.type !== 'any' && parent.end === null);
  return pending ? 'waiting' : standingOfAll(parents);
}

/** Nominal times that never were to run: a run stands for them, or a change of the job took them back. */
const NO_ENDS: ReadonlySet<EndReason> = new Set([
  'coalesced',
  'job_changed',
  'job_disabled',
  'job_paused',
  'job_deleted',
]);

/** Whether an execution that ended tells children anything. */
export function endsForChildren(ended: { readonly state: ExecutionState; readonly reason: EndReason | null }): boolean {
  const unrun = ended.state === 'skipped' || ended.state === 'missed';
  return !unrun || ended.reason === null || !NO_ENDS.has(ended.reason);
}

/** Whether a fire of the job is held until its parents have ended. */
export function isGated(job: { readonly dependencies?: readonly Dependency[] }): boolean {
  return job.dependencies !== undefined && job.dependencies.length > 0;
}

const TYPE_MESSAGE = `must be one of: ${DEPENDENCY_TYPES.join(', ')}`;
const schema = z
  .array(
    z.strictObject({
      jobId: z.uuid('must be the id of a job').transform((id) => id.toLowerCase()),
      type: z.enum(DEPENDENCY_TYPES, TYPE_MESSAGE).default('success'),
    }),
    'must be a list of dependencies',
  )
  .max(MOST_PARENTS, `must name at most ${MOST_PARENTS} jobs`)
  .superRefine((list, context) => {
    for (const [index, { jobId }] of list.entries()) {
      if (list.findIndex((other) => other.jobId === jobId) === index) continue;
      context.addIssue({ code: 'custom', path: [index, 'jobId'], message: 'is named twice: remove one of the two' });
    }
  });

/** Checks a list of dependencies from outside. Throws INVALID_INPUT with every fault, its path below `prefix`. */
export function parseDependencies(input: unknown, prefix = 'dependencies'): readonly Dependency[] {
  return parseWith(schema as z.ZodType<Dependency[]>, input, 'INVALID_INPUT', prefix);
}
