import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { retryWaitMs, type Policy } from '../../domain/policy.ts';
import { mayRetry, parseRetry, RETRY_CLASSES, retryClassOf } from '../../domain/retry.ts';
import { POLICY } from '../support/job-specs.ts';

const failed = (type: string, retryable = true) => ({ retryable, error: { type, message: '' } });

describe('Retry strategies [M-006, M-082, M-085, M-098]', () => {
  test('a longest wait bounds the waits; without one an hour does, as before', () => {
    const policy: Policy = { ...POLICY, retryDelaySeconds: 10, retryBackoff: 'exponential', retryMaxDelaySeconds: 25 };
    expect([1, 2, 3, 9].map((attempt) => retryWaitMs(policy, attempt, 0))).toEqual([10_000, 20_000, 25_000, 25_000]);
    const { retryMaxDelaySeconds: _, ...usual } = policy;
    expect(retryWaitMs(usual, 12, 0)).toBe(3_600_000);
    fc.assert(
      fc.property(fc.nat(100), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, random) => {
        expect(retryWaitMs({ ...policy, retryJitterPercentage: 100 }, attempt + 1, random)).toBeLessThanOrEqual(25_000);
      }),
    );
  });

  test('all failures that may get better are retried where no classes are named', () => {
    for (const type of ['Timeout', 'NatsAway', 'CommandFailed', 'TypeError']) {
      expect(mayRetry({ maxRetries: 1 }, failed(type), 1)).toBe(true);
      expect(mayRetry({ maxRetries: 1 }, failed(type), 2)).toBe(false);
      expect(mayRetry({ maxRetries: 1 }, failed(type, false), 1)).toBe(false);
    }
  });

  test.each([
    ['timeout', ['Timeout', 'NoReply', 'NotAcknowledged']],
    ['unreachable', ['NatsAway', 'NoResponders', 'WebhookUnreachable']],
    ['refused', ['CommandFailed', 'WebhookRefused']],
    ['error', ['TypeError', 'Error', 'constructor']],
  ] as const)('where the class %s is named, its failures alone are', (name, types) => {
    const policy = { maxRetries: 1, retryOn: [name] };
    for (const type of types) expect([type, retryClassOf(type)]).toEqual([type, name]);
    for (const other of ['Timeout', 'NatsAway', 'CommandFailed', 'TypeError']) {
      expect(mayRetry(policy, failed(other), 1)).toBe(retryClassOf(other) === name);
    }
  });

  test('are read in the form that faces take, and say only what is given', () => {
    expect(parseRetry({})).toEqual({});
    const given = { strategy: 'fixed', first_wait_seconds: 5, max_wait_seconds: 60, jitter_percentage: 20 };
    expect(parseRetry({ ...given, max_retries: 4, retry_on: ['timeout', 'timeout', 'unreachable'] })).toEqual({
      maxRetries: 4,
      retryDelaySeconds: 5,
      retryBackoff: 'fixed',
      retryJitterPercentage: 20,
      retryMaxDelaySeconds: 60,
      retryOn: ['timeout', 'unreachable'],
    });
    expect(parseRetry({ retry_on: [...RETRY_CLASSES] })).toEqual({ retryOn: RETRY_CLASSES });
  });

  test.each([
    [{ strategy: 'random' }, 'retry.strategy: must be fixed or exponential'],
    [{ first_wait_seconds: -1 }, 'retry.first_wait_seconds: must be 0 or more'],
    [{ first_wait_seconds: 10, max_wait_seconds: 5 }, 'retry.max_wait_seconds: is less than first_wait_seconds'],
    [{ retry_on: ['sometimes'] }, 'must be of: timeout, unreachable, refused, error'],
    [{ retry_on: [] }, 'must name a class'],
    [{ jitter: 5 }, 'retry.jitter: unknown field'],
  ])('%j is refused with a sentence', (input, sentence) => {
    expect(() => parseRetry(input)).toThrow(sentence);
  });
});
