import type { ExecutionState } from '../../../../domain/execution.ts';
import { isoSeconds, isoSecondsOrNull } from '../../../http/times.ts';
import type { PhasedJob } from '../../../verbs/phased-job.ts';
import { dependencyListShape } from './dependency-list.ts';
import { policyShape } from './policy-shape.ts';
import { statusOf } from './states.ts';
import { targetShape } from './target-shape.ts';
import { timingShape } from './timing-shape.ts';

/** A schedule by the names of DECISIONS section 9, and what stands beside. */
export function scheduleShape(view: PhasedJob, defaultTimezone: string) {
  const { job, statistics } = view;
  const { template } = job.extra;
  return {
    id: job.id,
    name: job.name,
    description: job.description,
    ...timingShape(job, defaultTimezone),
    ...targetShape(job.action),
    tags: [...job.tags],
    variables: job.variables,
    ...policyShape(job.policy),
    dependencies: dependencyListShape(job.dependencies),
    template: template ?? null,
    status: statusOf(view.phase),
    status_reason: job.disabledReason,
    created_by: job.createdBy,
    updated_by: job.updatedBy,
    next_run_at: isoSecondsOrNull(view.nextFireAt),
    last_run_at: isoSecondsOrNull(statistics.lastStartedAt),
    last_status: statistics.lastState as ExecutionState | null,
    paused_at: isoSecondsOrNull(job.pausedAt),
    created_at: isoSeconds(job.createdAt),
    updated_at: isoSeconds(job.updatedAt),
  };
}
