import { parseAction, type Action } from '../../../../domain/actions/index.ts';
import { under } from '../../../../domain/errors.ts';
import type { Json, JsonObject } from '../../../../domain/json.ts';
import { literalJson, literalText } from '../../../../domain/templates.ts';
import { renamedFaults } from '../../../http/renamed-faults.ts';

/** What a task is asked to do. */
export interface Asked {
  readonly name: string;
  readonly payload: Json;
}

/**
 * What a task does (DECISIONS section 5): the function under `payload.handler` or the task's name; a function of that
 * name on the Temporal task queue `payload.task_queue`; a webhook to `payload.url`; else its payload is published. A
 * handler that nobody serves is refused by the function's own kind. Nothing in a payload is a template.
 */
export function resolveAction({ name, payload }: Asked, known: ReadonlySet<string>): Action {
  const fields = isObject(payload) ? payload : {};
  const { handler, task_queue: queue, heartbeat_timeout_seconds: heartbeat, url } = fields;
  const key = typeof handler === 'string' ? handler : name;
  if (typeof queue === 'string') {
    const remote = { task_queue: queue, ...(heartbeat !== undefined && { heartbeat_timeout_seconds: heartbeat }) };
    return call(key, without(fields, ['handler', 'task_queue', 'heartbeat_timeout_seconds']), remote);
  }
  if (typeof handler === 'string') return call(key, without(fields, ['handler']));
  if (known.has(name)) return call(name, payload);
  return typeof url === 'string' && /^https?:\/\//i.test(url) ? webhook(url, fields) : publish(name, payload);
}

/** The action's own fields stand in the payload, and its payload is what is left of it. */
function call(key: string, payload: Json, remote: JsonObject = {}): Action {
  try {
    return parseAction({ type: 'function', function: key, payload, ...remote });
  } catch (error) {
    throw renamedFaults(error, (path) => {
      if (path === 'function') return 'payload.handler';
      return path === 'payload' || path.startsWith('payload.') ? path : `payload.${path}`;
    });
  }
}

/** `method` (POST), `headers` and `body` are the request's; without a `body` the rest of the payload is it. */
function webhook(url: string, fields: JsonObject): Action {
  const { method = 'POST', headers = {}, body } = fields;
  const rest = without(fields, ['url', 'method', 'headers', 'body']);
  const isGet = typeof method === 'string' && method.toUpperCase() === 'GET';
  const sent = body ?? (isGet ? null : rest);
  return under('payload', () =>
    parseAction({
      type: 'webhook',
      url: literalText(url),
      method,
      headers: literalJson(headers),
      body: literalJson(sent),
    }),
  );
}

/** To `tasks/<task_name>` at QoS 1; what a topic can't hold is percent-encoded. */
function publish(name: string, payload: Json): Action {
  const encoded = name.replaceAll(/[+#\p{Cc}]/gu, (char) => encodeURIComponent(char));
  const action = { type: 'publish', topic: literalText(`tasks/${encoded}`), qos: 1 };
  const parsed = under('task_name', () => parseAction(action));
  return parsed.type === 'publish' ? { ...parsed, payload: { json: literalJson(payload) } } : parsed;
}

function without(fields: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

function isObject(payload: Json): payload is JsonObject {
  return payload !== null && typeof payload === 'object' && !Array.isArray(payload);
}
