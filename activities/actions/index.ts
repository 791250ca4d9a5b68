import type { Action, ActionOf, ActionType } from '../../domain/actions/index.ts';
import type { ActionResult } from '../../domain/execution.ts';
import type { ActionContext, ActionHandler } from './handler.ts';
import { log } from './log.ts';
import { publish } from './publish.ts';

/** THE LIST: what each action of `domain/actions/` does. A missing one does not compile. */
const HANDLERS: { readonly [T in ActionType]: ActionHandler<ActionOf<T>> } = { publish, log };

/** Acts. Rejects with an `ActionFailure` that says whether another attempt can help, or with whatever was unforeseen. */
export function act(action: Action, context: ActionContext): Promise<ActionResult> {
  return (HANDLERS[action.type] as ActionHandler<Action>).run(action, context);
}
