import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCommands, type TestCommands } from '../../../support/commands.ts';
import { addExecution } from '../../../support/executions.ts';

let commands: TestCommands;
beforeAll(async () => {
  commands = await startCommands();
});
afterAll(() => commands.stop());

const named = (name: string, more: object = {}) => commands.create({ name, ...more });

describe('schedules that wait for others [M-097]', () => {
  it('say so when they are made and changed', async () => {
    const [a, b] = [await named('a'), await named('b')];
    const child = await named('child', { schedule_type: 'manual', dependencies: [{ schedule_id: a }] });
    const shown = async () => (await commands.call('GET', `/schedules/${child}`)).body['dependencies'];
    expect(await shown()).toEqual([{ schedule_id: a, type: 'success' }]);
    const dependencies = [{ schedule_id: b, type: 'any' }];
    await commands.call('PUT', `/schedules/${child}`, { dependencies });
    expect(await shown()).toEqual(dependencies);
    const unknown = [{ schedule_id: commands.ctx.ids.next() }];
    const refused = await commands.call('PUT', `/schedules/${child}`, { dependencies: unknown });
    expect(refused).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT' } });
    expect(refused.body['detail']).toContain('dependencies.0.schedule_id');
  });

  it('are tied and untied one by one, and tell how it stands', async () => {
    const [parent, child] = [await named('parent'), await named('child')];
    const path = `/schedules/${child}/dependencies`;
    const added = await commands.call('POST', path, { schedule_id: parent, type: 'completion' });
    expect(added).toMatchObject({
      status: 201,
      body: { schedule_id: parent, schedule_name: 'parent', type: 'completion', standing: 'waiting', last_end: null },
    });
    expect((await commands.call('GET', path)).body).toEqual({ items: [added.body] });
    expect(await commands.call('POST', path, { schedule_id: parent })).toMatchObject({ status: 409 });
    const removed = await commands.call('DELETE', `${path}/${String(added.body['id'])}`);
    expect(removed.status).toBe(204);
    expect((await commands.call('GET', path)).body).toEqual({ items: [] });
    expect((await commands.call('DELETE', `${path}/${String(added.body['id'])}`)).status).toBe(404);
  });

  it('never in a circle, and only of this face', async () => {
    const [a, b] = [await named('a'), await named('b')];
    await commands.call('POST', `/schedules/${b}/dependencies`, { schedule_id: a });
    const circle = await commands.call('POST', `/schedules/${a}/dependencies`, { schedule_id: b });
    expect(circle).toMatchObject({ status: 409, body: { code: 'DEPENDENCY_CYCLE' } });
    const foreign = await commands.createJob();
    const other = await commands.call('POST', `/schedules/${a}/dependencies`, { schedule_id: foreign.id });
    expect(other).toMatchObject({ status: 404, body: { code: 'SCHEDULE_NOT_FOUND' } });
    // What another face owns is not found by its executions either.
    const id = commands.ctx.ids.next();
    await addExecution(commands.db, foreign, { id, dueAt: commands.now, state: 'succeeded', durationMs: 1 });
    expect((await commands.call('GET', `/executions/${id}`)).status).toBe(404);
    expect((await commands.call('GET', `/schedules/${foreign.id}`)).status).toBe(404);
  });
});
