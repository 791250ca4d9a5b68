import { invalid } from '../../../../domain/errors.ts';
import { PRIORITY_WORDS, type Policy } from '../../../../domain/policy.ts';
import { parseRetry } from '../../../../domain/retry.ts';
import type { ScheduleLimits } from '../../../verbs/schedule-limits.ts';

/** What bodies say of how a schedule runs. */
export interface PolicyBody {
  readonly priority?: number | undefined;
  readonly max_retries?: number | undefined;
  readonly retry_delay_seconds?: number | undefined;
  readonly retry?: unknown;
  readonly timeout_seconds?: number | undefined;
  readonly max_instances?: number | undefined;
  readonly misfire_grace_time?: number | undefined;
  readonly coalesce?: boolean | undefined;
  readonly stop_on_error?: boolean | undefined;
  readonly notifications?:
    | { on_success?: boolean | undefined; on_failure?: boolean | undefined; on_timeout?: boolean | undefined }
    | undefined;
}

/** DECISIONS section 9: what a schedule has where its maker says nothing. */
export function defaultPolicy(limits: ScheduleLimits): Policy {
  return {
    maxRetries: limits.maxRetries,
    retryDelaySeconds: limits.retryDelaySeconds,
    retryBackoff: 'exponential',
    retryJitterPercentage: 0,
    timeoutSeconds: 300,
    maxConcurrent: limits.maxInstances,
    misfireGraceSeconds: limits.misfireGraceSeconds,
    coalesce: true,
    priority: PRIORITY_WORDS.medium,
    stopOnError: false,
    notifications: { onSuccess: false, onFailure: false, onTimeout: false },
  };
}

/** A policy with what a body says of it. Throws INVALID_INPUT. */
export function mergePolicy(policy: Policy, body: PolicyBody): Policy {
  const { notifications: told = {} } = body;
  const retry = body.retry === undefined ? {} : parseRetry(body.retry);
  refuseTwice(body, retry);
  return {
    ...policy,
    ...(body.priority !== undefined && { priority: body.priority }),
    ...(body.max_retries !== undefined && { maxRetries: body.max_retries }),
    ...(body.retry_delay_seconds !== undefined && { retryDelaySeconds: body.retry_delay_seconds }),
    ...retry,
    ...(body.timeout_seconds !== undefined && { timeoutSeconds: body.timeout_seconds }),
    ...(body.max_instances !== undefined && { maxConcurrent: body.max_instances }),
    ...(body.misfire_grace_time !== undefined && { misfireGraceSeconds: body.misfire_grace_time }),
    ...(body.coalesce !== undefined && { coalesce: body.coalesce }),
    ...(body.stop_on_error !== undefined && { stopOnError: body.stop_on_error }),
    notifications: {
      onSuccess: told.on_success ?? policy.notifications.onSuccess,
      onFailure: told.on_failure ?? policy.notifications.onFailure,
      onTimeout: told.on_timeout ?? policy.notifications.onTimeout,
    },
  };
}

export function policyShape(policy: Policy) {
  const { onSuccess, onFailure, onTimeout } = policy.notifications;
  return {
    priority: policy.priority,
    max_retries: policy.maxRetries,
    retry_delay_seconds: policy.retryDelaySeconds,
    retry: {
      strategy: policy.retryBackoff,
      max_retries: policy.maxRetries,
      first_wait_seconds: policy.retryDelaySeconds,
      max_wait_seconds: policy.retryMaxDelaySeconds ?? null,
      jitter_percentage: policy.retryJitterPercentage,
      retry_on: policy.retryOn === undefined ? null : [...policy.retryOn],
    },
    timeout_seconds: policy.timeoutSeconds,
    max_instances: policy.maxConcurrent,
    misfire_grace_time: policy.misfireGraceSeconds,
    coalesce: policy.coalesce,
    stop_on_error: policy.stopOnError,
    notifications: { on_success: onSuccess, on_failure: onFailure, on_timeout: onTimeout },
  };
}

function refuseTwice(body: PolicyBody, retry: ReturnType<typeof parseRetry>): void {
  const faults = [
    ...(body.max_retries !== undefined && retry.maxRetries !== undefined ? ['max_retries'] : []),
    ...(body.retry_delay_seconds !== undefined && retry.retryDelaySeconds !== undefined ? ['retry_delay_seconds'] : []),
  ].map((path) => ({ path, message: 'is said in retry, too: keep one of them' }));
  if (faults.length > 0) throw invalid('INVALID_INPUT', faults);
}
