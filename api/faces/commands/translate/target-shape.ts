import { parseAction, type Action } from '../../../../domain/actions/index.ts';
import { invalid } from '../../../../domain/errors.ts';
import { renamedFaults } from '../../../http/renamed-faults.ts';

/** What bodies say of what a schedule sends, and to whom. */
export interface TargetBody {
  readonly target_command?: unknown;
  readonly command_payload?: unknown;
  readonly command_headers?: unknown;
  readonly expect_reply?: unknown;
  readonly reply_timeout_seconds?: unknown;
  readonly webhook?: unknown;
}

/** The fields of a command, by the domain's names. */
const COMMAND_FIELDS = {
  target_command: 'target_command',
  command_payload: 'payload',
  command_headers: 'headers',
  expect_reply: 'expect_reply',
  reply_timeout_seconds: 'reply_timeout_seconds',
} as const;
const DOCUMENTED = new Map<string, string>(Object.entries(COMMAND_FIELDS).map(([name, field]) => [field, name]));

/**
 * Reads the target of a schedule: a command (over NATS) or a webhook. `current` is what stands: of a command only what is
 * given changes, a webhook is replaced as a whole. Throws INVALID_ACTION, INVALID_INPUT.
 */
export function readTarget(body: TargetBody, current: Action | null): Action {
  const given = Object.entries(COMMAND_FIELDS).filter(([name]) => body[name as keyof TargetBody] !== undefined);
  if (body.webhook !== undefined) {
    const [first] = given;
    if (first !== undefined)
      throw fault(first[0], 'belongs to a command: a schedule has a target_command or a webhook');
    return inDocumentedWords('webhook', () => parseAction({ ...objectOf(body.webhook), type: 'webhook' }));
  }
  if (given.length === 0 && current !== null) return current;
  const base = current?.type === 'command' ? current : {};
  if (body.target_command === undefined && !('target_command' in base))
    throw fault('target_command', 'is missing: name a command such as "cmd.mail.send", or give a webhook');
  const said = Object.fromEntries(given.map(([name, field]) => [field, body[name as keyof TargetBody]]));
  return inDocumentedWords('', () => parseAction({ ...base, ...said, type: 'command' }));
}

/** The target by the same names; what the other sort has is null. */
export function targetShape(action: Action) {
  const isCommand = action.type === 'command';
  return {
    target_command: isCommand ? action.target_command : null,
    command_payload: isCommand ? action.payload : null,
    command_headers: isCommand ? action.headers : {},
    expect_reply: isCommand && action.expect_reply,
    reply_timeout_seconds: isCommand ? action.reply_timeout_seconds : null,
    webhook: action.type === 'webhook' ? webhookShape(action) : null,
  };
}

/** What verbs refuse of a schedule, by its documented names. */
export function inScheduleNames(error: unknown): unknown {
  return renamedFaults(
    error,
    (path) => path.replace(/^action$/, 'command_payload').replace(/^(dependencies\.\d+)\.jobId$/, '$1.schedule_id'),
    (message) => message.replaceAll(/\bjob\b/g, 'schedule'),
  );
}

function webhookShape({ type: _type, ...webhook }: Extract<Action, { type: 'webhook' }>) {
  return webhook;
}

function objectOf(value: unknown): object {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value;
  throw fault('webhook', 'must be an object such as {"url": "https://example.com/hook"}');
}

function inDocumentedWords<T>(prefix: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw renamedFaults(error, (path) => {
      const [first = '', ...rest] = path.split('.');
      const named = prefix === '' ? (DOCUMENTED.get(first) ?? first) : first;
      return [prefix, named, ...rest].filter((part) => part !== '').join('.');
    });
  }
}

function fault(path: string, message: string) {
  return invalid('INVALID_INPUT', [{ path, message }]);
}
