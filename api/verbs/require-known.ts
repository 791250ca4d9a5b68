import { functionKeys } from '../../db/queries/functions.ts';
import type { Executor } from '../../db/connect.ts';
import { surroundingsFault, type Action } from '../../domain/actions/index.ts';
import type { Surroundings } from '../../domain/actions/kind.ts';
import { DomainError, invalid } from '../../domain/errors.ts';
import type { Limits } from './context.ts';

/** What an action names and the service lacks, in words, or null; the functions are read once, for any number of actions. */
export async function knownCheck(db: Executor, limits: Limits): Promise<(action: Action) => string | null> {
  const functions = await functionKeys(db);
  return (action) => {
    const fault = surroundingsFault(action, { ...limits, functions });
    return fault instanceof DomainError ? fault.message : fault;
  };
}

/**
 * What an action names must be there and be allowed: an unknown relay, rule node or function is refused with
 * INVALID_ACTION, a command outside of the whitelist with COMMAND_NOT_ALLOWED.
 */
export async function requireKnown(db: Executor, action: Action, limits: Limits): Promise<void> {
  const functions = action.type === 'function' ? await functionKeys(db) : [];
  refuseUnknown(action, { ...limits, functions });
}

/** The same for many actions: what functions there are is read once. */
export async function demandKnown(db: Executor, limits: Limits): Promise<(action: Action) => void> {
  const functions = await functionKeys(db);
  return (action) => refuseUnknown(action, { ...limits, functions });
}

function refuseUnknown(action: Action, surroundings: Surroundings): void {
  const fault = surroundingsFault(action, surroundings);
  if (fault instanceof DomainError) throw fault;
  if (fault !== null) throw invalid('INVALID_ACTION', [{ path: 'action', message: fault }]);
}
