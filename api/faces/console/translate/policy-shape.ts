import type { Policy } from '../../../../domain/policy.ts';
import type { Limits } from '../../../verbs/context.ts';

/** What a body says of how a job runs. */
export interface PolicyBody {
  readonly priority?: number | undefined;
  readonly maxInstances?: number | undefined;
  readonly misfireGraceTime?: number | undefined;
  readonly coalesce?: boolean | undefined;
}

/** DECISIONS section 9: what a console job has where its maker says nothing. */
export function defaultPolicy(limits: Pick<Limits, 'executionTimeoutSeconds' | 'misfireGraceSeconds'>): Policy {
  return {
    maxRetries: 0,
    retryDelaySeconds: 2,
    retryBackoff: 'exponential',
    retryJitterPercentage: 0,
    timeoutSeconds: limits.executionTimeoutSeconds,
    maxConcurrent: 1,
    misfireGraceSeconds: limits.misfireGraceSeconds,
    coalesce: true,
    priority: 0,
    stopOnError: false,
    notifications: { onSuccess: false, onFailure: false, onTimeout: false },
  };
}

export function mergePolicy(policy: Policy, body: PolicyBody): Policy {
  return {
    ...policy,
    ...(body.priority !== undefined && { priority: body.priority }),
    ...(body.maxInstances !== undefined && { maxConcurrent: body.maxInstances }),
    ...(body.misfireGraceTime !== undefined && { misfireGraceSeconds: body.misfireGraceTime }),
    ...(body.coalesce !== undefined && { coalesce: body.coalesce }),
  };
}

export function policyShape(policy: Policy) {
  return {
    priority: policy.priority,
    maxInstances: policy.maxConcurrent,
    misfireGraceTime: policy.misfireGraceSeconds,
    coalesce: policy.coalesce,
  };
}
