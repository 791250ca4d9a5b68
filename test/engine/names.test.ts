import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONTROL_QUEUE, WORKFLOWS } from '../../api/engine/names.ts';
import { ensureHousekeeping, ensureSearchAttributes } from '../../api/engine/namespace.ts';
import * as list from '../../workflows/index.ts';
import { QUEUES } from '../../workflows/queues.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { until } from '../support/until.ts';

describe('The client and the workflows', () => {
  test('agree on the names of all workflows', () => {
    const exported = Object.keys(list).sort();
    expect(Object.values(WORKFLOWS).sort()).toEqual(exported);
    expect(Object.keys(WORKFLOWS)).toEqual(Object.values(WORKFLOWS));
  });

  test('agree on the queue of all workflows', () => {
    expect(CONTROL_QUEUE).toBe(QUEUES.control);
  });
});

describe('A namespace', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine.stop());

  test('gets our search attributes once, and says which ones are of another type', async () => {
    const { connection, namespace } = engine;
    await ensureSearchAttributes(connection, namespace);
    const { operatorService } = connection;
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
    expect(Object.keys(customAttributes ?? {})).toEqual(
      expect.arrayContaining(['JobId', 'JobIds', 'Tags', 'ExecutionId']),
    );
    const text = 1;
    const listing = {
      listSearchAttributes: () => Promise.resolve({ customAttributes: { ...customAttributes, Face: text } }),
    };
    const mistyped = {
      operatorService: Object.assign(Object.create(operatorService) as typeof operatorService, listing),
    };
    await expect(ensureSearchAttributes(mistyped, namespace)).rejects.toThrow(/another type: Face\. Remove/);
  });

  test('gets one schedule for our housekeeping, however often it is asked for, which runs at once', async () => {
    await ensureHousekeeping(engine.client);
    await ensureHousekeeping(engine.client);
    await until('a round has ended', async () => {
      const { info } = await engine.client.schedule.getHandle('almanac-housekeeper').describe();
      return info.recentActions.length > 0;
    });
    // Temporal's list comes some time behind what it lists.
    const schedules = await until('it is listed', async () => {
      const ids = new Set<string>();
      for await (const { scheduleId } of engine.client.schedule.list()) ids.add(scheduleId);
      return ids.size > 0 && [...ids];
    });
    expect(schedules).toEqual(['almanac-housekeeper']);
  });
});
