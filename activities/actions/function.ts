import type { FunctionAction } from '../../domain/actions/function.ts';
import { builtIn, type BuiltInKey, type BuiltInPayload } from '../../domain/functions/built-in.ts';
import type { ActionResult } from '../../domain/execution.ts';
import { file } from './file.ts';
import { cleanUpHistory } from './function/clean-up-history.ts';
import { callFunction } from './function/call-function.ts';
import { ActionFailure, type ActionContext, type ActionHandler } from './handler.ts';
import { system } from './system.ts';

type BuiltInRun<K extends BuiltInKey> = (payload: BuiltInPayload<K>, context: ActionContext) => Promise<ActionResult>;

/** THE LIST: what the functions of `domain/functions/built-in.ts` do. A missing one does not compile. */
const BUILT_IN_RUNS: { readonly [K in BuiltInKey]: BuiltInRun<K> } = {
  health_check: (action, context) => system.run(action, context),
  backup: (action, context) => system.run(action, context),
  cleanup_history: cleanUpHistory,
  generate_report: (action, context) => file.run(action, context),
  rotate_files: (action, context) => file.run(action, context),
};

/** Runs a function of this service by its key (DECISIONS section 5). Those with a `task_queue` never come here. */
export const functionHandler: ActionHandler<FunctionAction> = {
  async run(action, context) {
    const built = builtIn(action.function);
    if (built !== null) {
      const run = BUILT_IN_RUNS[built.key as BuiltInKey] as (
        payload: unknown,
        context: ActionContext,
      ) => Promise<ActionResult>;
      return run(built.parse(action.payload), context);
    }
    const found = context.deps.functions.find(action.function);
    if (found !== null) return callFunction(found, action, context);
    throw new ActionFailure(
      'UnknownFunction',
      `There is no function "${action.function}" here: put its file into the FUNCTIONS_DIR of every worker, or change the job.`,
      { retryable: false },
    );
  },
};
