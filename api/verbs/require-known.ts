import { surroundingsFault, type Action } from '../../domain/actions/index.ts';
import type { Surroundings } from '../../domain/actions/kind.ts';
import { invalid } from '../../domain/errors.ts';

/** What an action names must be configured: an unknown relay or rule node is refused. Throws INVALID_ACTION. */
export function requireKnown(action: Action, surroundings: Surroundings): void {
  const fault = surroundingsFault(action, surroundings);
  if (fault !== null) throw invalid('INVALID_ACTION', [{ path: 'action', message: fault }]);
}
