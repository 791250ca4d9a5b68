import { randomUUID } from 'node:crypto';
import { inTransaction, sql, type Db } from '../../db/connect.ts';
import { registerInstance, type NewInstance } from '../../db/queries/instances.ts';

/** Registers a live worker that serves every function there is, as a process of the service does. Returns its id. */
export async function addInstance(db: Db, more: Partial<NewInstance> = {}): Promise<string> {
  const id = randomUUID();
  const process = { host: 'here', processId: 1, processIdentity: id, mode: 'standalone', version: '1', capacity: 1 };
  await inTransaction(db, (tx) =>
    registerInstance(tx, { id, name: 'worker', roles: ['worker'], ...process, ...more }, () => false),
  );
  await sql`update instance set functions = array(select key from registered_function) where id = ${id}`.execute(db);
  return id;
}
