import { PRIORITY_WORDS, priorityWord, type Policy } from '../../../../domain/policy.ts';
import type { CreateBody, UpdateBody } from '../schema/task-bodies.ts';

/** DECISIONS section 9: what a task has where its maker says nothing. */
export const DEFAULT_POLICY: Policy = {
  maxRetries: 3,
  retryDelaySeconds: 2,
  retryBackoff: 'exponential',
  retryJitterPercentage: 0,
  timeoutSeconds: 300,
  maxConcurrent: 1,
  misfireGraceSeconds: 60,
  coalesce: true,
  priority: PRIORITY_WORDS.medium,
  stopOnError: false,
  notifications: { onSuccess: false, onFailure: false, onTimeout: false },
};

/** A policy with what a body says of it. */
export function mergePolicy(policy: Policy, body: CreateBody | UpdateBody): Policy {
  return {
    ...policy,
    ...(body.max_retries !== undefined && { maxRetries: body.max_retries }),
    ...(body.retry_delay_seconds !== undefined && { retryDelaySeconds: body.retry_delay_seconds }),
    ...(body.timeout_seconds !== undefined && { timeoutSeconds: body.timeout_seconds }),
    ...(body.max_concurrent !== undefined && { maxConcurrent: body.max_concurrent }),
    ...(body.misfire_grace_time !== undefined && { misfireGraceSeconds: body.misfire_grace_time }),
    ...(body.coalesce !== undefined && { coalesce: body.coalesce }),
    ...(body.priority !== undefined && { priority: PRIORITY_WORDS[body.priority] }),
    ...(body.stop_on_error !== undefined && { stopOnError: body.stop_on_error }),
  };
}

export function policyShape(policy: Policy) {
  return {
    timeout_seconds: policy.timeoutSeconds,
    max_retries: policy.maxRetries,
    retry_delay_seconds: policy.retryDelaySeconds,
    priority: priorityWord(policy.priority),
    max_concurrent: policy.maxConcurrent,
    misfire_grace_time: policy.misfireGraceSeconds,
    coalesce: policy.coalesce,
    stop_on_error: policy.stopOnError,
  };
}
