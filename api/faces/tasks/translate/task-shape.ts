import { describeAction } from '../../../../domain/actions/index.ts';
import type { Execution } from '../../../../domain/execution.ts';
import type { Job } from '../../../../domain/job.ts';
import type { ExecutionState } from '../../../../domain/execution.ts';
import { isoSeconds, isoSecondsOrNull } from '../../../http/times.ts';
import type { PhasedJob } from '../../../verbs/phased-job.ts';
import { isSame } from '../../../verbs/differences.ts';
import type { UpdateBody } from '../schema/task-bodies.ts';
import { dependencyListShape } from './dependency-list.ts';
import { policyShape } from './policy-shape.ts';
import { timingShape } from './schedule-shape.ts';
import { statusOf } from './states.ts';
import { tagsShape } from './tags-shape.ts';
import { payloadOf } from './task-input.ts';

/** tasks.txt, Create Task. */
export function createdTask(view: PhasedJob) {
  return {
    task_id: view.job.id,
    task_name: view.job.name,
    status: view.phase,
    next_execution_time: isoSecondsOrNull(view.nextFireAt),
    created_at: isoSeconds(view.job.createdAt),
  };
}

/** tasks.txt, Get Task. */
export function taskShape(view: PhasedJob & { readonly latest: Execution | null }) {
  const { job, statistics, latest } = view;
  return {
    task_id: job.id,
    task_name: job.name,
    status: view.phase,
    ...changeableShape(job),
    next_execution_time: isoSecondsOrNull(view.nextFireAt),
    last_execution_time: isoSecondsOrNull(statistics.lastStartedAt),
    last_status: statistics.lastState === null ? null : statusOf(statistics.lastState as ExecutionState),
    runs: describeAction(job.action),
    retry_count: latest === null ? 0 : latest.attempt - 1,
    paused_at: isoSecondsOrNull(job.pausedAt),
    disabled_reason: job.disabledReason,
    created_by: job.createdBy,
    created_at: isoSeconds(job.createdAt),
    updated_at: isoSeconds(job.updatedAt),
  };
}

/** tasks.txt, List Tasks. */
export function listedTask(view: PhasedJob) {
  const { job, statistics } = view;
  return {
    task_id: job.id,
    task_name: job.name,
    status: view.phase,
    task_type: timingShape(job).task_type,
    priority: policyShape(job.policy).priority,
    tags: tagsShape(job.tags),
    next_execution_time: isoSecondsOrNull(view.nextFireAt),
    last_execution_time: isoSecondsOrNull(statistics.lastStartedAt),
    created_at: isoSeconds(job.createdAt),
  };
}

/** The documented names of what was sent and really changed (CHECKLIST X-070). */
export function updatedFields(body: UpdateBody, before: Job, after: Job): string[] {
  const [was, is] = [sendable(before), sendable(after)];
  return Object.keys(body).filter((name) => !isSame(was[name], is[name]));
}

/** Everything that a change may send, under each name that it may have. */
function sendable(job: Job): Readonly<Record<string, unknown>> {
  const shape = changeableShape(job);
  const next = job.schedule.kind === 'once' ? job.schedule.at : null;
  return { ...shape, task_name: job.name, next_execution_time: next };
}

function changeableShape(job: Job) {
  return {
    ...timingShape(job),
    enabled: job.enabled,
    description: job.description,
    payload: payloadOf(job),
    ...policyShape(job.policy),
    tags: tagsShape(job.tags),
    dependencies: dependencyListShape(job.dependencies),
  };
}
