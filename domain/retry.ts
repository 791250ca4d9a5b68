import { z } from 'zod';
import type { Failure } from './execution.ts';
import { parseWith } from './parse.ts';
import type { Policy } from './policy.ts';

/**
 * Kinds of failures that a policy may choose among (commands.txt, "Advanced retry strategies"). `timeout`: no end or no
 * answer in time; `unreachable`: nobody was there to ask; `refused`: the other side answered with an error; `error`: all
 * else. A worker that is lost is none of them: its attempt is always made again.
 */
export const RETRY_CLASSES = ['timeout', 'unreachable', 'refused', 'error'] as const;
export type RetryClass = (typeof RETRY_CLASSES)[number];

/** The types of failures that are not plain errors. */
const CLASS_OF: Readonly<Record<string, RetryClass>> = {
  Timeout: 'timeout',
  NoReply: 'timeout',
  NotAcknowledged: 'timeout',
  RelayNotConfirmed: 'timeout',
  NatsAway: 'unreachable',
  NoResponders: 'unreachable',
  WebhookUnreachable: 'unreachable',
  CommandFailed: 'refused',
  WebhookRefused: 'refused',
};

export function retryClassOf(failureType: string): RetryClass {
  return Object.hasOwn(CLASS_OF, failureType) ? (CLASS_OF[failureType] ?? 'error') : 'error';
}

/** Whether another attempt follows the failed one, attempts counted from 1. */
export function mayRetry(
  policy: Pick<Policy, 'maxRetries' | 'retryOn'>,
  failed: { readonly retryable: boolean; readonly error: Failure | null },
  attempt: number,
): boolean {
  if (!failed.retryable || attempt > policy.maxRetries) return false;
  return policy.retryOn === undefined || policy.retryOn.includes(retryClassOf(failed.error?.type ?? ''));
}

const seconds = z.number('must be seconds').min(0, 'must be 0 or more').max(86_400, 'may be at most 86400 (a day)');

const schema = z
  .strictObject({
    strategy: z.enum(['fixed', 'exponential'], 'must be fixed or exponential').optional(),
    max_retries: z.int('must be a whole number').min(0, 'must be 0 to 100').max(100, 'must be 0 to 100').optional(),
    first_wait_seconds: seconds.optional(),
    max_wait_seconds: seconds.min(1, 'must be at least 1').optional(),
    jitter_percentage: z.number().min(0, 'must be 0 to 100').max(100, 'must be 0 to 100').optional(),
    retry_on: z
      .array(z.enum(RETRY_CLASSES, `must be of: ${RETRY_CLASSES.join(', ')}`))
      .min(1, 'must name a class; for no retries set max_retries to 0')
      .optional(),
  })
  .superRefine(({ first_wait_seconds: first, max_wait_seconds: most }, context) => {
    if (first === undefined || most === undefined || first <= most) return;
    context.addIssue({ code: 'custom', path: ['max_wait_seconds'], message: 'is less than first_wait_seconds' });
  });

type RetryPolicy = Pick<
  Policy,
  'maxRetries' | 'retryDelaySeconds' | 'retryBackoff' | 'retryJitterPercentage' | 'retryMaxDelaySeconds' | 'retryOn'
>;

/**
 * A retry strategy as faces take it: `{strategy, max_retries, first_wait_seconds, max_wait_seconds, jitter_percentage,
 * retry_on}`, each optional. Returns what it says of a policy. Throws INVALID_INPUT with every faulty field.
 */
export function parseRetry(input: unknown, prefix = 'retry'): Partial<RetryPolicy> {
  const given = parseWith(schema, input, 'INVALID_INPUT', prefix);
  return {
    ...(given.max_retries !== undefined && { maxRetries: given.max_retries }),
    ...(given.first_wait_seconds !== undefined && { retryDelaySeconds: given.first_wait_seconds }),
    ...(given.strategy !== undefined && { retryBackoff: given.strategy }),
    ...(given.jitter_percentage !== undefined && { retryJitterPercentage: given.jitter_percentage }),
    ...(given.max_wait_seconds !== undefined && { retryMaxDelaySeconds: given.max_wait_seconds }),
    ...(given.retry_on !== undefined && { retryOn: [...new Set(given.retry_on)] }),
  };
}
