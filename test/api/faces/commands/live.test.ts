import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ActionFailure } from '../../../../activities/actions/handler.ts';
import type { CommandMessage } from '../../../../activities/deps.ts';
import { sql } from '../../../../db/connect.ts';
import { startLiveCommands, type LiveCommands } from '../../../support/commands.ts';
import { until } from '../../../support/until.ts';

/** What was sent, and how many more sendings fail as if NATS were away. */
const sent: CommandMessage[] = [];
let failures = 0;
let live: LiveCommands;
beforeAll(async () => {
  live = await startLiveCommands({
    deps: {
      commands: {
        publish(message) {
          sent.push(message);
          if (failures-- > 0) return Promise.reject(new ActionFailure('NatsAway', 'NATS is away', { retryable: true }));
          return Promise.resolve({ stream: 'COMMANDS', sequence: sent.length, duplicate: false });
        },
        request: () => Promise.resolve({ payload: '{"taken": true}', headers: {} }),
      },
    },
  });
});
afterAll(() => live.stop());

const MANUAL = { schedule_type: 'manual' };

async function run(scheduleId: string, body: object = {}): Promise<string> {
  const answer = await live.call('POST', `/schedules/${scheduleId}/trigger`, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  return String(answer.body['execution_id']);
}

function ended(executionId: string) {
  return until('the execution has ended', async () => {
    const { body } = await live.call('GET', `/executions/${executionId}`);
    return ['succeeded', 'failed'].includes(String(body['status'])) && body;
  });
}

describe('a schedule on the engine', () => {
  it('fires at once, sends its payload with its variables, and is completed then [M-004, M-010, M-095]', async () => {
    const id = await live.create({
      schedule_type: 'immediate',
      target_command: 'cmd.report.make',
      variables: { region: 'eu' },
      command_payload: { region: '${region}', run: '${EXECUTION_ID}' },
    });
    const completed = await until('it is completed', async () => {
      const { body } = await live.call('GET', `/schedules/${id}`);
      return body['status'] === 'completed' && body;
    });
    expect(completed).toMatchObject({ last_status: 'succeeded', next_run_at: null });
    const { body } = await live.call('GET', `/schedules/${id}/executions`);
    expect(body).toMatchObject({ total: 1, items: [{ status: 'succeeded', trigger: 'scheduled', attempt: 1 }] });
    const [message] = sent.filter(({ headers }) => headers['X-Schedule-Id'] === id);
    const execution = (body['items'] as { id: string }[])[0]?.id;
    expect(JSON.parse(message?.payload ?? '')).toEqual({ region: 'eu', run: execution });
  });

  it('is retried after transient failures, and keeps what each attempt met [M-006, M-082]', async () => {
    const id = await live.create({ ...MANUAL, retry: { strategy: 'exponential', first_wait_seconds: 0 } });
    failures = 2;
    const executionId = await run(id);
    const execution = await ended(executionId);
    expect(execution).toMatchObject({
      status: 'succeeded',
      attempt: 3,
      attempts: [
        { attempt: 1, error: { type: 'NatsAway', message: 'NATS is away' } },
        { attempt: 2, error: { type: 'NatsAway' } },
      ],
    });
    const mine = sent.filter(({ headers }) => headers['Nats-Msg-Id'] === executionId);
    expect(mine.map(({ headers }) => headers['X-Attempt'])).toEqual(['1', '2', '3']);
  });

  it('is not retried after a failure that its strategy leaves out [M-085, M-098]', async () => {
    const id = await live.create({ ...MANUAL, retry: { first_wait_seconds: 0, retry_on: ['timeout'] } });
    failures = 1;
    expect(await ended(await run(id))).toMatchObject({
      status: 'failed',
      attempt: 1,
      error: { reason: 'action_failed', type: 'NatsAway' },
    });
    expect((await live.call('GET', `/executions/stats/${id}`)).body).toMatchObject({ failed: 1, success_rate: 0 });
  });

  it('keeps the reply that it awaited as its result', async () => {
    const id = await live.create({ ...MANUAL, expect_reply: true, reply_timeout_seconds: 5 });
    expect(await ended(await run(id))).toMatchObject({ status: 'succeeded', result: { data: { taken: true } } });
  });

  it('that can not be computed any more is disabled, with the reason and an alert [M-084]', async () => {
    const id = await live.create({ schedule_type: 'cron', cron_expression: '0 9 * * *', timezone: 'Europe/Berlin' });
    await sql`update job set schedule = jsonb_set(schedule, '{timezone}', '"Mars/Olympus"') where id = ${id}`.execute(
      live.engine.db,
    );
    const { rows } = await sql<{ clock_id: string }>`select clock_id from job_state where job_id = ${id}`.execute(
      live.engine.db,
    );
    await live.engine.engine.poke(rows[0]?.clock_id ?? '', []);
    const disabled = await until('it is disabled', async () => {
      const { body } = await live.call('GET', `/schedules/${id}`);
      return body['status'] === 'disabled' && body;
    });
    expect(disabled['status_reason']).toMatch(/Correct it and enable the job again/);
    const line = await until('the log says so', () => live.engine.log.said('set aside'));
    expect(line.level).toBe('error');
    const mended = await live.call('PUT', `/schedules/${id}`, { timezone: 'Europe/Berlin', enabled: true });
    expect(mended.body).toMatchObject({ status: 'active', timezone: 'Europe/Berlin', status_reason: null });
  });
});
