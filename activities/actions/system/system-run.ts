import type { SystemAction, SystemOperation } from '../../../domain/actions/system.ts';
import type { ActionResult } from '../../../domain/execution.ts';
import type { ActionContext } from '../handler.ts';

/** What a system operation does with its parameters. */
export type SystemRun<O extends SystemOperation> = (
  parameters: Extract<SystemAction, { readonly operation: O }>['parameters'],
  context: ActionContext,
) => Promise<ActionResult>;
