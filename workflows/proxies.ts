import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { RunSpec } from '../domain/run.ts';
import { longestRetryWaitMs, priorityKey } from '../domain/policy.ts';
import { QUEUES } from './queues.ts';

/** Retried for ever, at most 5 s apart: plans, settles and housekeeping must come through any outage. */
const FOR_EVER = { initialInterval: '250ms', backoffCoefficient: 2, maximumInterval: '5s' } as const;

/** Beyond the action's own timeout, which the activity itself holds: for recording its end. */
const RECORDING_MS = 30_000;

export const control = proxyActivities<
  Pick<
    Activities,
    | 'settle'
    | 'askParents'
    | 'beginRemote'
    | 'endRemote'
    | 'resumeBulk'
    | 'nextOfGroup'
    | 'startSomeOfGroup'
    | 'finishGroup'
  >
>({
  taskQueue: QUEUES.control,
  startToCloseTimeout: '60s',
  retry: FOR_EVER,
});

export const planning = proxyActivities<Pick<Activities, 'plan'>>({
  taskQueue: QUEUES.control,
  startToCloseTimeout: '1h',
  heartbeatTimeout: '10s',
  retry: FOR_EVER,
});

export const clocks = proxyActivities<Pick<Activities, 'fire'>>({
  taskQueue: QUEUES.clocks,
  startToCloseTimeout: '60s',
  heartbeatTimeout: '10s',
  retry: FOR_EVER,
});

export const housekeeping = proxyActivities<Pick<Activities, 'housekeep'>>({
  taskQueue: QUEUES.control,
  startToCloseTimeout: '10m',
  heartbeatTimeout: '60s',
  retry: { ...FOR_EVER, maximumAttempts: 3 },
});

/** The one activity of a run, with the retries and timeouts of its job's policy (ENGINE.md section 6). */
export function actions(spec: RunSpec) {
  const { policy, firstAttempt } = spec;
  return proxyActivities<Pick<Activities, 'run'>>({
    taskQueue: QUEUES.actions,
    startToCloseTimeout: policy.timeoutSeconds * 1000 + RECORDING_MS,
    heartbeatTimeout: '10s',
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    priority: { priorityKey: priorityKey(policy.priority), fairnessKey: spec.job.face },
    retry: {
      maximumAttempts: Math.max(1, policy.maxRetries + 2 - firstAttempt),
      initialInterval: Math.min(longestRetryWaitMs(policy), Math.max(1, policy.retryDelaySeconds * 1000)),
      backoffCoefficient: policy.retryBackoff === 'exponential' ? 2 : 1,
      maximumInterval: longestRetryWaitMs(policy),
      nonRetryableErrorTypes: ['Recorded'],
    },
  });
}
