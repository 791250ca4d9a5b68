import { randomUUID } from 'node:crypto';
import { sql, type Db } from '../../db/connect.ts';
import type { TestEngine } from './engine.ts';

/** One round of housekeeping, now. Returns the id of its workflow. */
export async function housekeep(engine: TestEngine): Promise<string> {
  const workflowId = `housekeeper-${randomUUID()}`;
  await engine.client.workflow.execute('housekeeper', { taskQueue: 'control', workflowId, args: [] });
  return workflowId;
}

/** Makes the lease of an execution end in the past, as if its worker had fallen silent long ago. */
export async function expireLease(db: Db, executionId: string): Promise<void> {
  await sql`update execution set lease_until = now() - interval '1 s' where id = ${executionId}`.execute(db);
}

/** Makes an execution look as if it had been queued minutes ago. */
export async function ageQueued(db: Db, executionId: string): Promise<void> {
  await sql`update execution set created_at = created_at - interval '5 minutes' where id = ${executionId}`.execute(db);
}
