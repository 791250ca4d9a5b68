import { z } from 'zod';
import { under } from '../errors.ts';
import { builtIn } from '../functions/built-in.ts';
import type { Json } from '../json.ts';
import { parseWith } from '../parse.ts';
import { remoteQueueFault } from '../task-queues.ts';
import type { ActionKind } from './kind.ts';

/** Runs a registered function, or an activity on another Temporal task queue (DECISIONS section 5). */
export interface FunctionAction {
  readonly type: 'function';
  /** The key of a function; with a `task_queue` the name of the activity. */
  readonly function: string;
  /** Handed over as it is: nothing in it is a template. */
  readonly payload: Json;
  /** Where workers in any language serve the activity; null: a function of this service. */
  readonly task_queue: string | null;
  /** Remote: silent for longer, the attempt counts as lost. Null: only the job's timeout bounds it. */
  readonly heartbeat_timeout_seconds: number | null;
}

const MOST_NAMED = 20;

const noControlCharacters = /^[^\p{Cc}]*$/u;
const name = z
  .string('must be the key of a function')
  .min(1, 'must name a function')
  .max(200, 'may have at most 200 characters')
  .regex(noControlCharacters, 'may not hold control characters');

const schema = z
  .strictObject({
    type: z.literal('function'),
    function: name,
    payload: z.json().default({}),
    task_queue: name
      .superRefine((queue, context) => {
        const fault = remoteQueueFault(queue);
        if (fault !== null) context.addIssue({ code: 'custom', message: fault });
      })
      .nullable()
      .default(null),
    heartbeat_timeout_seconds: z
      .int('must be whole seconds')
      .min(1, 'must be at least 1')
      .max(86_400, 'may be at most 86400 (a day)')
      .nullable()
      .default(null),
  })
  .superRefine(({ task_queue: queue, heartbeat_timeout_seconds: heartbeat }, context) => {
    if (heartbeat === null || queue !== null) return;
    const message = 'belongs to a task_queue: functions of this service need none, remove it';
    context.addIssue({ code: 'custom', path: ['heartbeat_timeout_seconds'], message });
  });

export const functionKind: ActionKind<FunctionAction> = {
  type: 'function',
  parse(input) {
    const action = parseWith(schema, input, 'INVALID_ACTION');
    under('payload', () => builtInOf(action)?.parse(action.payload));
    return action;
  },
  isQuick: () => false,
  resources(action) {
    const built = builtInOf(action);
    return built === null ? [] : built.resources(built.parse(action.payload));
  },
  fault(action, { functions }) {
    if (action.task_queue !== null || builtInOf(action) !== null || functions.includes(action.function)) return null;
    return `function: there is no function "${action.function}"; ${namesIn(functions)}. ${HOW_TO_REGISTER}`;
  },
  needsAdmin: (action) => builtInOf(action)?.needsAdmin ?? false,
  describe: ({ function: key, task_queue: queue }) => (queue === null ? `call ${key}` : `call ${key} on ${queue}`),
};

const HOW_TO_REGISTER =
  'To register one, put a file that exports an async function run(context) into FUNCTIONS_DIR and restart the worker; ' +
  'or name with task_queue the Temporal task queue on which a worker of yours serves it (docs/functions.md)';

function builtInOf(action: FunctionAction) {
  return action.task_queue === null ? builtIn(action.function) : null;
}

function namesIn(functions: readonly string[]): string {
  if (functions.length === 0) return 'none is registered';
  const more = functions.length > MOST_NAMED ? ` and ${functions.length - MOST_NAMED} more` : '';
  return `registered are ${functions.slice(0, MOST_NAMED).join(', ')}${more}`;
}
