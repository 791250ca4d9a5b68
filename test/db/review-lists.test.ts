import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql, type Db } from '../../db/connect.ts';
import { findReviewRuns, type ReviewFilter } from '../../db/queries/review-runs.ts';
import { startReviewer, type TestReviewer } from '../support/reviewer.ts';
import { watchDatabase, type WatchedDb } from '../support/watched-db.ts';

const MANY = 30_000;
const FEW = 3;
let face: TestReviewer;
let watched: Db;
let rowsTouchedBy: WatchedDb['rowsTouchedBy'];

/** Thirty thousand executions of ten tasks; and, before all of them, three of a task that alone looks elsewhere. */
beforeAll(async () => {
  face = await startReviewer({ reviewConnections: [1, 2] });
  const watching = watchDatabase(face.database.url);
  ({ db: watched, rowsTouchedBy } = watching);
  for (let i = 0; i < 10; i += 1) await executions(await face.create(), MANY / 10, { trend: 'same', from: 0 });
  const rare = await face.create({ task_type: 'query_analysis', connection_id: 2 });
  await executions(rare, FEW, { trend: 'worse', from: 10 * MANY });
  await sql`analyze`.execute(face.db);
});
afterAll(async () => {
  await watched.destroy();
  await face.stop();
});

async function executions(task: number, many: number, { trend, from }: { trend: string; from: number }) {
  const { id } = await face.jobOf(task);
  const result = JSON.stringify({ message: '', data: { comparison: { trend } } });
  await sql`insert into execution (id, job_id, face, number, trigger, due_at, nonce, state, result, job_revision)
    select gen_random_uuid(), ${id}, 'reviewer', nextval('execution_number_reviewer'), 'scheduled',
      ${new Date(face.now)}::timestamptz - (${from}::int + n) * interval '1 second', 0, 'succeeded', ${result}::jsonb, 1
    from generate_series(1, ${many}::int) n`.execute(face.db);
}

describe('among thirty thousand executions', () => {
  it.each<[string, ReviewFilter, number]>([
    ['the latest', {}, 20],
    ['those of a connection with few', { connectionId: 2 }, FEW],
    ['those of a connection without any', { connectionId: 9 }, 0],
    ['those of a type with few', { taskType: 'query_analysis' }, FEW],
    ['those of a type with many', { taskType: 'config_check', states: ['succeeded'] }, 20],
    ['those that became worse', { trend: 'worse' }, FEW],
    ['those that failed', { states: ['failed', 'timed_out'] }, 0],
    ['those that failed of a connection', { connectionId: 1, states: ['failed', 'timed_out'] }, 0],
  ])('%s are listed without a scan', async (_, filter, found) => {
    const list = () => findReviewRuns(watched, 'reviewer', { filter, limit: 20, offset: 0 });
    expect((await list()).runs).toHaveLength(found);
    // At most a page of each of the eleven tasks, in each node of the plan.
    expect(await rowsTouchedBy(list)).toBeLessThan(2000);
  });
});
