import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createJob } from '../../api/verbs/create-job.ts';
import { knownFunctions, listFunctions } from '../../api/verbs/list-functions.ts';
import { updateJob } from '../../api/verbs/update-job.ts';
import { inTransaction, sql } from '../../db/connect.ts';
import { registerInstance, setInstanceStatus } from '../../db/queries/instances.ts';
import { parseAction } from '../../domain/actions/index.ts';
import { BUILT_IN_KEYS } from '../../domain/functions/built-in.ts';
import { readMetadata } from '../../domain/functions/function-metadata.ts';
import { tellFunctions } from '../../worker/functions/tell-functions.ts';
import { jobSpec } from '../support/job-specs.ts';
import { recordingLog } from '../support/recording-log.ts';
import { openVerbs, type TestVerbs } from '../support/verbs.ts';

let verbs: TestVerbs;
beforeAll(async () => {
  verbs = await openVerbs();
});
afterAll(() => verbs.close());
beforeEach(async () => {
  await sql`truncate instance, registered_function restart identity`.execute(verbs.db);
});

const metadata = (key: string, more: Readonly<Record<string, unknown>> = {}) => readMetadata(more, key);

/** A live worker that serves these functions. */
async function worker(...served: ReturnType<typeof metadata>[]) {
  const id = randomUUID();
  const process = { host: 'here', processId: 1, processIdentity: id, mode: 'standalone', version: '1', capacity: 1 };
  await inTransaction(verbs.db, (tx) =>
    registerInstance(tx, { id, name: 'worker', roles: ['worker'], ...process }, () => false),
  );
  const log = recordingLog();
  await tellFunctions({ db: verbs.db, instanceId: id, log, served });
  return { id, log, stop: () => setInstanceStatus(verbs.db, id, 'stopped') };
}

const listed = async () => (await listFunctions(verbs.ctx)).map(({ id, key, isActive }) => [id, key, isActive]);
const call = (key: string) => ({ type: 'function', function: key });

describe('the functions that workers serve', () => {
  it('keep their numbers for ever, and take on new names [C-057..C-063]', async () => {
    await worker(metadata('a'), metadata('b'));
    await worker(metadata('b', { name_en: 'Bee', name_ar: 'نحلة', description: 'Hums' }), metadata('c'));
    await worker(metadata('a'), metadata('b', { name_en: 'Bee', name_ar: 'نحلة', description: 'Hums' }), metadata('c'));
    expect(await listFunctions(verbs.ctx)).toMatchObject([
      { id: 1, key: 'a', nameEn: 'A', nameAr: 'A', descriptionEn: null, descriptionAr: null, isActive: true },
      { id: 2, key: 'b', nameEn: 'Bee', nameAr: 'نحلة', descriptionEn: 'Hums' },
      { id: 3, key: 'c' },
    ]);
  });

  it('take no number twice though workers start at once', async () => {
    await Promise.all(Array.from({ length: 8 }, () => worker(metadata('a'), metadata('b'), metadata('c'))));
    expect((await listed()).map(([id]) => id)).toEqual([1, 2, 3]);
  });

  it('are active while a live worker serves them, and all that were served while none lives', async () => {
    const old = await worker(metadata('a'), metadata('b'));
    await old.stop();
    expect(await listed()).toEqual([
      [1, 'a', true],
      [2, 'b', true],
    ]);
    const next = await worker(metadata('b'));
    expect(await listed()).toEqual([
      [1, 'a', false],
      [2, 'b', true],
    ]);
    expect(await knownFunctions(verbs.ctx)).toEqual(new Set([...BUILT_IN_KEYS, 'b']));
    await sql`update instance set last_heartbeat = now() - interval '31 seconds' where id = ${next.id}`.execute(
      verbs.db,
    );
    expect((await listed()).map(([, , isActive]) => isActive)).toEqual([true, true]);
  });

  it('a worker that lacks one which another serves says so', async () => {
    const first = await worker(metadata('a'), metadata('b'));
    const second = await worker(metadata('b'));
    expect(first.log.entries).toEqual([]);
    expect(second.log.said('give every worker the same FUNCTIONS_DIR')?.fields).toEqual({ functions: ['a'] });
  });

  it('may be named by jobs, and no others: at creation and at change', async () => {
    await worker(metadata('hris_sync'));
    const job = await verbs.createJob({ action: call('hris_sync') });
    await verbs.createJob({ action: call('backup') });
    await verbs.createJob({ action: { ...call('anything'), task_queue: 'python' } });
    const refusal = {
      code: 'INVALID_ACTION',
      message: expect.stringMatching(/no function "other".*hris_sync.*FUNCTIONS_DIR/),
    };
    await expect(verbs.createJob({ action: call('other') })).rejects.toMatchObject(refusal);
    const merge = () => ({ action: parseAction(call('other')) });
    await expect(updateJob(verbs.ctx, { job: { id: job.id }, merge })).rejects.toMatchObject(refusal);
  });

  it('built-in system operations need the role admin under their new name too', async () => {
    const operator = verbs.as({ roles: ['operator'] });
    const make = (key: string) => createJob(operator, { spec: jobSpec({ action: call(key) }, verbs.now) });
    await expect(make('backup')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(make('cleanup_history')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await make('generate_report');
  });
});
