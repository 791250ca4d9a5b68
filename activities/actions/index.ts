import type { Action, ActionOf, ActionType } from '../../domain/actions/index.ts';
import type { ActionResult } from '../../domain/execution.ts';
import { command } from './command.ts';
import { file } from './file.ts';
import { functionHandler } from './function.ts';
import type { ActionContext, ActionHandler } from './handler.ts';
import { log } from './log.ts';
import { MemoryLimit } from './memory-limit.ts';
import { output } from './output.ts';
import { publish } from './publish.ts';
import { review } from './review.ts';
import { rule } from './rule.ts';
import { system } from './system.ts';
import { webhook } from './webhook.ts';

/** THE LIST: what each action of `domain/actions/` does. A missing one does not compile. */
const HANDLERS: { readonly [T in ActionType]: ActionHandler<ActionOf<T>> } = {
  publish,
  log,
  output,
  system,
  file,
  rule,
  webhook,
  command,
  function: functionHandler,
  review,
};

/** Acts. Rejects with an `ActionFailure` that says whether another attempt can help, or with whatever was unforeseen. */
export function act(action: Action, context: ActionContext): Promise<ActionResult> {
  const { tracing } = context.deps;
  const { traceparent: parent, executionId } = context.run;
  if (tracing === undefined || parent === undefined) return perform(action, context);
  const attributes = { 'almanac.action': action.type, 'almanac.execution.id': executionId };
  return tracing.within({ name: `action ${action.type}`, kind: 'internal', parent, attributes }, ({ traceparent }) =>
    perform(action, { ...context, run: { ...context.run, traceparent } }),
  );
}

async function perform(action: Action, context: ActionContext): Promise<ActionResult> {
  const memory = new MemoryLimit(context.deps.memoryPerJobMb);
  const handler = HANDLERS[action.type] as ActionHandler<Action>;
  // Spelled out: spreading costs a tenth of a quick action.
  const { deps, run, parameters, lookup, stop, timeoutMs, log, heartbeat, progress } = context;
  const counted = memory.counting(lookup);
  const result = await handler.run(action, {
    deps,
    run,
    parameters,
    lookup: counted,
    stop,
    timeoutMs,
    log,
    heartbeat,
    progress,
  });
  if (result.data !== undefined) memory.check('its result', JSON.stringify(result.data).length);
  return result;
}
