import type { Limits } from '../../../verbs/context.ts';
import { PRIORITY_WORDS, type Policy } from '../../../../domain/policy.ts';
import type { AdvancedBody, NotificationsBody } from '../schema/job-bodies.ts';

/** DECISIONS section 9: what a gateway job has where its maker says nothing. */
export function defaultPolicy(limits: Limits): Policy {
  return {
    maxRetries: 0,
    retryDelaySeconds: 2,
    retryBackoff: 'exponential',
    retryJitterPercentage: 0,
    timeoutSeconds: limits.executionTimeoutSeconds,
    maxConcurrent: 1,
    misfireGraceSeconds: limits.misfireGraceSeconds,
    coalesce: true,
    priority: 5,
    stopOnError: false,
    notifications: { onSuccess: false, onFailure: false, onTimeout: false },
  };
}

/** A policy with what a body says of it. */
export function mergePolicy(
  policy: Policy,
  advanced: AdvancedBody | undefined,
  notifications: NotificationsBody | undefined,
): Policy {
  const given = advanced ?? {};
  return {
    ...policy,
    ...(given.retry_count !== undefined && { maxRetries: given.retry_count }),
    ...(given.retry_interval_seconds !== undefined && { retryDelaySeconds: given.retry_interval_seconds }),
    ...(given.stop_on_error !== undefined && { stopOnError: given.stop_on_error }),
    ...(given.priority !== undefined && {
      priority: typeof given.priority === 'number' ? given.priority : PRIORITY_WORDS[given.priority],
    }),
    ...(given.timeout_seconds !== undefined && { timeoutSeconds: given.timeout_seconds }),
    ...(given.max_concurrent !== undefined && { maxConcurrent: given.max_concurrent }),
    ...(given.misfire_grace_time !== undefined && { misfireGraceSeconds: given.misfire_grace_time }),
    ...(given.coalesce !== undefined && { coalesce: given.coalesce }),
    notifications: {
      onSuccess: notifications?.on_success ?? policy.notifications.onSuccess,
      onFailure: notifications?.on_failure ?? policy.notifications.onFailure,
      onTimeout: notifications?.on_timeout ?? policy.notifications.onTimeout,
    },
  };
}

export function advancedShape(policy: Policy) {
  return {
    retry_count: policy.maxRetries,
    retry_interval_seconds: policy.retryDelaySeconds,
    stop_on_error: policy.stopOnError,
    priority: policy.priority,
    timeout_seconds: policy.timeoutSeconds,
    max_concurrent: policy.maxConcurrent,
    misfire_grace_time: policy.misfireGraceSeconds,
    coalesce: policy.coalesce,
  };
}

export function notificationsShape({ notifications }: Policy) {
  return {
    on_success: notifications.onSuccess,
    on_failure: notifications.onFailure,
    on_timeout: notifications.onTimeout,
  };
}
