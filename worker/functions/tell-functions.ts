import type { Logger } from '../../activities/deps.ts';
import { inTransaction, type Db } from '../../db/connect.ts';
import { registerFunctions } from '../../db/queries/functions.ts';
import type { FunctionMetadata } from '../../domain/functions/function-metadata.ts';

/** Tells the others what this worker serves, and warns when another worker serves what this one does not. */
export async function tellFunctions(given: {
  db: Db;
  instanceId: string;
  log: Logger;
  served: readonly FunctionMetadata[];
}): Promise<void> {
  const { db, instanceId, log, served } = given;
  const lacking = await inTransaction(db, (tx) => registerFunctions(tx, instanceId, served));
  if (lacking.length === 0) return;
  log.warn(
    { functions: lacking },
    'Another worker serves functions that this one lacks; runs of them fail here: give every worker the same FUNCTIONS_DIR',
  );
}
