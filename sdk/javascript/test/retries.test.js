import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as sdk from 'task-scheduler-sdk';
import { retryAfterMs, waitMs } from '../src/retry-policy.js';
import { refusal, scriptedServer, TASK, TRIGGERED } from './scripted-server.js';

const retry = { maxRetries: 3, firstWaitMs: 1, longestWaitMs: 4 };
const clientOf = ({ url }, options = {}) =>
  new sdk.TaskSchedulerClient({ baseUrl: url, apiKey: 'key-1', retry, ...options });

test('what may pass is tried again, and a write keeps its Idempotency-Key', async (t) => {
  const hurdles = [refusal(503, 'DATABASE_UNAVAILABLE'), { drops: true }, refusal(409, 'IDEMPOTENCY_IN_FLIGHT')];
  const server = await scriptedServer(t, ...hurdles, { status: 202, body: TRIGGERED });
  const execution = await clientOf(server).triggerTask('t-1');
  assert.equal(execution.executionId, 'e-1');
  const keys = server.asked.map(({ headers }) => headers['idempotency-key']);
  assert.equal(keys.length, 4);
  assert.equal(new Set(keys).size, 1);
  assert.match(keys[0], /^[\x21-\x7e]{16,}$/);
});

test("each write has a key of its own, and the caller's key wins", async (t) => {
  const server = await scriptedServer(t, { status: 202, body: TRIGGERED });
  const client = clientOf(server);
  await client.triggerTask('t-1');
  await client.triggerTask('t-1');
  await client.triggerTask('t-1', { idempotencyKey: 'mine', force: true, parameters: { aKey: 1 } });
  const [one, other, given] = server.asked.map(({ headers }) => headers['idempotency-key']);
  assert.notEqual(one, other);
  assert.equal(given, 'mine');
  assert.deepEqual(server.asked[2].body, { force: true, parameters: { aKey: 1 } });
});

test('retries are spent, and the last error is thrown', async (t) => {
  const server = await scriptedServer(t, refusal(503, 'ENGINE_UNAVAILABLE', { message: 'Temporal does not answer.' }));
  await assert.rejects(clientOf(server).getTask('t-1'), (error) => {
    assert.ok(error instanceof sdk.ServiceUnavailableError);
    return error.message === 'Temporal does not answer.';
  });
  assert.equal(server.asked.length, 4);
});

test('what cannot pass is not tried again', async (t) => {
  for (const [status, code, error] of [
    [400, 'INVALID_INPUT', sdk.InvalidRequestError],
    [409, 'DEPENDENCY_CYCLE', sdk.ConflictError],
    [404, 'TASK_NOT_FOUND', sdk.NotFoundError],
  ]) {
    const server = await scriptedServer(t, refusal(status, code));
    await assert.rejects(clientOf(server).deleteTask('t-1'), error);
    assert.equal(server.asked.length, 1);
  }
});

test('a lost deletion that was done is a success', async (t) => {
  const lost = await scriptedServer(t, { drops: true }, refusal(404, 'TASK_NOT_FOUND'));
  assert.equal(await clientOf(lost).deleteTask('t-1'), undefined);
  const limited = await scriptedServer(t, refusal(429, 'RATE_LIMITED'), refusal(404, 'TASK_NOT_FOUND'));
  await assert.rejects(clientOf(limited).deleteTask('t-1'), sdk.NotFoundError);
});

test('a short Retry-After is waited for, and a long one is told', async (t) => {
  const busy = refusal(429, 'RATE_LIMITED', { headers: { 'Retry-After': '1' } });
  const server = await scriptedServer(t, busy, { body: TASK });
  assert.equal((await clientOf(server).getTask('t-1')).status, 'scheduled');
  const shut = await scriptedServer(t, refusal(429, 'RATE_LIMITED', { headers: { 'Retry-After': '3600' } }));
  await assert.rejects(clientOf(shut).getTask('t-1'), (error) => {
    assert.ok(error instanceof sdk.RateLimitError);
    return error.retryAfterMs === 3_600_000;
  });
  assert.equal(shut.asked.length, 1);
});

test('no answer in time and no connection have their own classes', async (t) => {
  const server = await scriptedServer(t, { hangs: true });
  await assert.rejects(clientOf(server, { timeoutMs: 30 }).getTask('t-1'), (error) => {
    assert.ok(error instanceof sdk.APITimeoutError);
    assert.match(error.message, /no answer within 30 ms/);
    return true;
  });
  await server.close();
  await assert.rejects(clientOf(server).getTask('t-1'), (error) => {
    assert.ok(error instanceof sdk.APIConnectionError && !(error instanceof sdk.APITimeoutError));
    assert.match(error.message, /ECONNREFUSED/);
    return !error.message.includes('key-1');
  });
});

test("a caller's abort ends the call, between tries too, with the caller's own reason", async (t) => {
  const reason = new Error('enough');
  const hanging = await scriptedServer(t, { hangs: true });
  const during = new AbortController();
  const call = clientOf(hanging).getTask('t-1', { signal: during.signal });
  during.abort(reason);
  await assert.rejects(call, reason);
  const failing = await scriptedServer(t, refusal(503, 'DATABASE_UNAVAILABLE'));
  const between = new AbortController();
  const patient = clientOf(failing, { retry: { firstWaitMs: 3_600_000, longestWaitMs: 3_600_000 } });
  const waiting = patient.getTask('t-1', { signal: between.signal });
  while (failing.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  between.abort(reason);
  await assert.rejects(waiting, reason);
  await assert.rejects(patient.getTask('t-1', { signal: AbortSignal.abort(reason) }), reason);
  assert.equal(failing.asked.length, 1);
});

test('options of a copy hold for it alone', async (t) => {
  const server = await scriptedServer(t, refusal(503, 'DATABASE_UNAVAILABLE'));
  const client = clientOf(server);
  await assert.rejects(client.withOptions({ retry: { maxRetries: 0 } }).getTask('t-1'));
  assert.equal(server.asked.length, 1);
  await assert.rejects(client.getTask('t-1'));
  assert.equal(server.asked.length, 5);
});

describe('waits', () => {
  const policy = { maxRetries: 6, firstWaitMs: 1_000, longestWaitMs: 8_000, longestRetryAfterMs: 10_000 };

  test('double to their bound, half of each by chance', () => {
    const least = [0, 1, 2, 3, 4, 5, 6].map((done) => waitMs(policy, done, null, () => 0));
    assert.deepEqual(least, [500, 1_000, 2_000, 4_000, 4_000, 4_000, null]);
    assert.equal(
      waitMs(policy, 1, null, () => 1),
      2_000,
    );
  });

  test('are never shorter than Retry-After', () => {
    assert.equal(
      waitMs(policy, 0, 7_000, () => 0),
      7_000,
    );
    assert.equal(
      waitMs(policy, 0, 0, () => 0),
      500,
    );
    assert.equal(waitMs(policy, 0, 10_001), null);
  });

  test('Retry-After is a number or a date', () => {
    const now = Date.UTC(2026, 0, 1);
    assert.equal(retryAfterMs('12', now), 12_000);
    assert.equal(retryAfterMs(new Date(now + 30_000).toUTCString(), now), 30_000);
    assert.equal(retryAfterMs(new Date(now - 30_000).toUTCString(), now), 0);
    assert.equal(retryAfterMs('soon', now), null);
    assert.equal(retryAfterMs(null, now), null);
  });
});
