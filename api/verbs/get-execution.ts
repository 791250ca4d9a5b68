import { findExecution, type ExecutionKey, type StoredExecution } from '../../db/queries/executions-read.ts';
import { DomainError } from '../../domain/errors.ts';
import type { VerbContext } from './context.ts';

export type { ExecutionKey, StoredExecution } from '../../db/queries/executions-read.ts';

/** One execution of the face with its log, of a deleted job too. Throws EXECUTION_NOT_FOUND. */
export async function getExecution(ctx: VerbContext, key: ExecutionKey): Promise<StoredExecution> {
  const found = await findExecution(ctx.db, ctx.actor.face, key);
  if (found === null) throw executionNotFound(key);
  return found;
}

export function executionNotFound(key: Pick<ExecutionKey, 'shown'>): DomainError {
  const which = key.shown === undefined ? 'This execution' : `Execution ${key.shown}`;
  const message = `${which} does not exist. Check the id; executions older than the retention are gone.`;
  return new DomainError('EXECUTION_NOT_FOUND', message);
}
