import { describe, expect, test } from 'vitest';
import { EXECUTION_STATES } from '../../domain/execution.ts';
import {
  bodyOf,
  deliveryWaitMs,
  eventOf,
  takes,
  topicOf,
  type NotificationFilter,
  type Occurrence,
} from '../../domain/notifications.ts';

const job = { id: '0195', face: 'gateway', number: 1, name: 'Poll', tags: ['modbus', 'plant'] } as const;

describe('A notification', () => {
  test('is asked for by three ends, each by its own word of the policy, and by no other state', () => {
    const all = { notifications: { onSuccess: true, onFailure: true, onTimeout: true } };
    const none = { notifications: { onSuccess: false, onFailure: false, onTimeout: false } };
    const asked = EXECUTION_STATES.flatMap((state) => {
      const event = eventOf(state, all);
      return event === null ? [] : [[state, event]];
    });
    expect(asked).toEqual([
      ['succeeded', 'completed'],
      ['failed', 'failed'],
      ['timed_out', 'timeout'],
    ]);
    expect(EXECUTION_STATES.every((state) => eventOf(state, none) === null)).toBe(true);
  });

  test.each<[Partial<NotificationFilter>, boolean]>([
    [{}, true],
    [{ tags: ['plant', 'office'] }, true],
    [{ tags: ['office'] }, false],
    [{ events: ['failed'] }, true],
    [{ events: ['completed', 'disabled'] }, false],
    [{ faces: ['gateway'] }, true],
    [{ faces: ['tasks'], tags: ['plant'] }, false],
  ])('goes to a receiver that takes %j: %s', (filter, expected) => {
    expect(takes({ events: [], tags: [], faces: [], ...filter }, 'failed', job)).toBe(expected);
  });

  test('names its job as its face does', () => {
    const commands = { ...job, face: 'commands' } as const;
    const console = { ...job, face: 'console' } as const;
    expect([job, commands, console].map((one) => topicOf({ event: 'failed', job: one }))).toEqual([
      'events/gateway/job_001/failed',
      'events/commands/0195/failed',
      'events/console/1/failed',
    ]);
  });

  test('tells of a long message its beginning', () => {
    const long: Occurrence = { event: 'failed', job, executionId: null, run: null, message: 'x'.repeat(9_000), at: 0 };
    const { data } = bodyOf(long) as { data: { error: string } };
    expect(data.error).toBe(`${'x'.repeat(2_000)}…`);
  });

  test('is tried after 1 s, then after twice as long, at most an hour', () => {
    expect([1, 2, 3, 12, 13, 40].map((attempt) => deliveryWaitMs(attempt, 0))).toEqual([
      1_000, 2_000, 4_000, 2_048_000, 3_600_000, 3_600_000,
    ]);
    expect(deliveryWaitMs(1, 0.999)).toBeLessThanOrEqual(1_100);
  });
});
