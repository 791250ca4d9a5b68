import type { Execution, ExecutionState } from '../../domain/execution.ts';
import { describeSchedule } from '../../domain/schedules/index.ts';
import { neverRan, type WhyVerdict } from '../../domain/why.ts';
import type { Why } from '../verbs/why.ts';
import { reasonInWords } from './reasons.ts';
import { isoSeconds } from './times.ts';

/** A face's words: for a job, and for the state of an execution. */
export interface WhyWords {
  readonly noun: string;
  readonly statusOf: (state: ExecutionState) => string;
}

/** What is known of an instant, as a sentence or two. */
export function explainWhy(found: Why, words: WhyWords): string {
  return EXPLANATIONS[found.verdict](found, words);
}

/** The revision of the job that was in force at the instant; null before it was made. */
export function revisionShape({ revision, change }: Why) {
  if (revision === null) return null;
  return {
    revision: revision.revision,
    schedule: describeSchedule(revision.spec.schedule),
    enabled: revision.spec.enabled,
    since: isoSeconds(revision.at),
    change: revision.change,
    changed_by: change?.actor ?? revision.by,
    reason: change?.reason ?? null,
  };
}

const EXPLANATIONS: Readonly<Record<WhyVerdict, (found: Why, words: WhyWords) => string>> = {
  executed: ({ executions }, words) => `It ran${endings(executions, words)}.`,
  under_way: heldWords,
  did_not_run: ({ executions }, words) => `${reasonOf(executions[0], words)}.`,
  will_fire: ({ job }) => `${job.name} will fire, as things stand.`,
  will_be_skipped: ({ executions }, words) => `It will not run. ${reasonOf(executions[0], words)}.`,
  being_claimed: () => 'It is due and is just being claimed; if nobody could, it will be recorded as missed.',
  not_due: (found) => `The schedule has no fire at this instant: ${scheduleWords(found)}.${nextWords(found)}`,
  disabled: (found, { noun }) => `The ${noun} was disabled${sinceWords(found)}.`,
  paused: (found, { noun }) => `The ${noun} was paused${sinceWords(found)}.`,
  not_yet_made: ({ job }, { noun }) => `The ${noun} did not exist yet; it was created at ${isoSeconds(job.createdAt)}.`,
  no_record: () => 'It was a fire time, and its record is kept no more (RETENTION_DAYS).',
};

function heldWords({ waitsFor }: Why): string {
  const pending = waitsFor.filter(({ standing }) => standing === 'waiting').map(({ parent }) => parent.name);
  return pending.length === 0 ? 'It is running, or waits for its turn.' : `It waits for ${pending.join(', ')}.`;
}

function endings(executions: readonly Execution[], { noun, statusOf }: WhyWords): string {
  const [first] = executions.filter((execution) => !neverRan(execution));
  if (first === undefined) return '';
  const backfilled = first.trigger === 'backfill' ? ', as a backfill' : '';
  const ending = first.reason === null ? '' : `. ${reasonInWords(first.reason, noun)}`;
  return `${backfilled} and is ${statusOf(first.state)}${ending}`;
}

function reasonOf(execution: Execution | undefined, { noun }: WhyWords): string {
  const { reason = null, error = null } = execution ?? {};
  if (reason === null) return 'It did not run';
  // Its message names what was waited for.
  const waitedInVain = reason === 'dependency_failed' || reason === 'dependency_timed_out';
  return (waitedInVain ? error?.message.replace(/\.$/, '') : null) ?? reasonInWords(reason, noun);
}

function scheduleWords({ revision }: Why): string {
  return revision === null ? 'it has none' : describeSchedule(revision.spec.schedule);
}

function nextWords({ nextAt }: Why): string {
  return nextAt === null ? '' : ` The next one after it is ${isoSeconds(nextAt)}.`;
}

function sinceWords({ revision, change }: Why): string {
  if (revision === null) return '';
  const reason = change?.reason == null ? '' : ` (${change.reason})`;
  return `, by the change of ${change?.actor ?? revision.by} at ${isoSeconds(revision.at)}${reason}`;
}
