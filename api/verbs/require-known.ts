import { functionKeys } from '../../db/queries/functions.ts';
import type { Executor } from '../../db/connect.ts';
import { surroundingsFault, type Action } from '../../domain/actions/index.ts';
import { invalid } from '../../domain/errors.ts';
import type { Limits } from './context.ts';

/** What an action names must be there: an unknown relay, rule node or function is refused. Throws INVALID_ACTION. */
export async function requireKnown(db: Executor, action: Action, limits: Limits): Promise<void> {
  const functions = action.type === 'function' ? await functionKeys(db) : [];
  const fault = surroundingsFault(action, { ...limits, functions });
  if (fault !== null) throw invalid('INVALID_ACTION', [{ path: 'action', message: fault }]);
}
