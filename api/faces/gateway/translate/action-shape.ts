import { parseAction, type Action } from '../../../../domain/actions/index.ts';
import type { PublishPayload } from '../../../../domain/actions/publish.ts';
import { under } from '../../../../domain/errors.ts';
import type { Json, JsonObject } from '../../../../domain/json.ts';
import { variablesOf } from '../../../../domain/templates.ts';

/** Variables that every run has anew: shown with their present values, never stored when they are sent back. */
const OF_A_RUN = ['NOW', 'EXECUTION_ID', 'SCHEDULED_TIME'];

/** Reads an action of a body. Throws INVALID_ACTION or ACTION_NOT_SUPPORTED. */
export function readAction(input: unknown): Action {
  const action = under('action', () => parseAction(input));
  if (action.type !== 'publish' || action.payload === null || !('template' in action.payload)) return action;
  const { template, variables } = action.payload;
  const kept = Object.entries(variables).filter(([name]) => !OF_A_RUN.includes(name));
  return { ...action, payload: { template, variables: Object.fromEntries(kept) } };
}

/** Merges parts of an action into the one that stands; another type starts anew. */
export function changeAction(current: Action, part: unknown): Action {
  if (part === null || typeof part !== 'object' || Array.isArray(part)) return readAction(part);
  const asked = part as JsonObject;
  if (asked['type'] !== undefined && asked['type'] !== current.type) return readAction(asked);
  const base: Record<string, Json> = storedShape(current);
  const { payload } = asked;
  const standing = base['payload'];
  if (asked['payload_template'] !== undefined) delete base['payload'];
  const merged = isTemplate(standing) && isTemplatePart(payload) ? { ...standing, ...payload } : payload;
  return readAction({ ...base, ...asked, ...(payload !== undefined && { payload: merged }) });
}

/** As it is stored, in documented names: what `readAction` accepts again. */
export function storedShape(action: Action): Record<string, Json> {
  if (action.type !== 'publish') return { ...action };
  const { payload, ...rest } = action;
  return { ...rest, ...(payload !== null && { payload: payloadShape(payload) }) };
}

/** As lists show it: the payload's text alone, as `payload_template`. */
export function listedShape(action: Action): Record<string, Json> {
  const { payload, ...rest } = storedShape(action);
  if (isTemplate(payload)) return { ...rest, payload_template: payload['template'] ?? null };
  return { ...rest, ...(payload !== undefined && { payload }) };
}

/** As details show it: a template with the values that its variables have now, as far as they are known. */
export function detailedShape(action: Action, known: (name: string) => Json | undefined): Record<string, Json> {
  const shape = storedShape(action);
  if (action.type !== 'publish' || action.payload === null || 'json' in action.payload) return shape;
  const { template, variables: own } = action.payload;
  const used = variablesOf(template).filter((name) => !Object.hasOwn(own, name));
  const values = used.flatMap((name) => {
    const value = known(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...shape, payload: { template, variables: { ...Object.fromEntries(values), ...own } } };
}

function payloadShape(payload: Exclude<PublishPayload, null>): Json {
  return 'json' in payload ? payload.json : { template: payload.template, variables: payload.variables };
}

function isTemplate(payload: Json | undefined): payload is JsonObject {
  return payload !== null && typeof payload === 'object' && 'template' in payload;
}

function isTemplatePart(payload: Json | undefined): payload is JsonObject {
  if (payload === null || typeof payload !== 'object' || Array.isArray(payload)) return false;
  return Object.keys(payload).every((key) => key === 'template' || key === 'variables');
}
