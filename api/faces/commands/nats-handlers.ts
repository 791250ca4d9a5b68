import type { z } from '@hono/zod-openapi';
import { invalid, type DomainError } from '../../../domain/errors.ts';
import type { Json, JsonObject } from '../../../domain/json.ts';
import { parseWith } from '../../../domain/parse.ts';
import { parseTraceparent } from '../../../domain/tracing.ts';
import { carryingLog } from '../../http/carrying-log.ts';
import { faultOf } from '../../http/fault.ts';
import { onceForKey } from '../../http/idempotent-command.ts';
import { bearerOf } from '../../http/identify.ts';
import type { Caller } from '../../http/caller.ts';
import { demandRole } from '../../http/roles.ts';
import { unauthenticated } from '../../http/unauthenticated.ts';
import type { WebDeps } from '../../http/web-deps.ts';
import type { Log } from '../../verbs/context.ts';
import { errors, refusalShape } from './errors.ts';
import {
  createSchedule,
  deleteSchedule,
  pauseSchedule,
  resumeSchedule,
  triggerSchedule,
  updateSchedule,
} from './operations.ts';
import { createBody, reasonBody, triggerBody, updateBody } from './schema/schedule-bodies.ts';
import type { Request } from './translate/claimant.ts';
import { scheduleShape } from './translate/schedule-shape.ts';
import { triggeredShape } from './translate/triggered-shape.ts';

/** A message on `cmd.scheduler.*`: its body, and its headers by their names in lower case. */
export interface CommandMessage {
  readonly body: Json;
  readonly headers: Readonly<Record<string, string>>;
  /** The span that it is answered in, where traces are on. */
  readonly traceparent?: string;
}
type Handler = (message: CommandMessage) => Promise<Json>;
type CommandName = 'create' | 'update' | 'delete' | 'pause' | 'resume' | 'trigger';

export interface NatsCommandDeps extends WebDeps {
  /** Whether messages without a token are let in, as operators of this face (NATS_COMMANDS=open). */
  readonly openCommands: boolean;
  readonly log: Log;
}

/**
 * Answers what services ask over NATS as this face answers over HTTP: the same bodies, with the schedule's `id` within,
 * the same headers, rights, limits and audit (issue 6). Throws DomainError.
 */
export function commandHandlers(deps: NatsCommandDeps): Readonly<Record<CommandName, Handler>> {
  const zone = deps.limits.defaultTimezone;
  const shown = (view: Parameters<typeof scheduleShape>[0]) => scheduleShape(view, zone) as unknown as Json;
  const handler =
    (command: CommandName, work: (request: Request, body: Json) => Promise<Json>): Handler =>
    (message) =>
      told(command, message, deps, async (marks) => {
        const request = await admit(message, deps, marks);
        const { db, log, actor } = request.verb;
        const key = keyOf(message);
        const keyed = { db, log, key, command, face: FACE, subject: actor.subject, body: message.body, statusOf };
        return onceForKey(keyed, () => work(request, message.body));
      });
  return {
    create: handler('create', async (request, body) => shown(await createSchedule(request, read(createBody, body)))),
    update: handler('update', async (request, body) => {
      const { id, rest } = target(body);
      return shown(await updateSchedule(request, { id, body: read(updateBody, rest) }));
    }),
    delete: handler('delete', async (request, body) => {
      const { id, rest } = target(body);
      await deleteSchedule(request, { id, ...read(reasonBody, rest) });
      return { id, deleted: true };
    }),
    pause: handler('pause', async (request, body) => {
      const { id, rest } = target(body);
      return shown(await pauseSchedule(request, { id, ...read(reasonBody, rest) }));
    }),
    resume: handler('resume', async (request, body) => {
      const { id, rest } = target(body);
      return shown(await resumeSchedule(request, { id, ...read(reasonBody, rest) }));
    }),
    trigger: handler('trigger', async (request, body) => {
      const { id, rest } = target(body);
      const { force, parameters } = read(triggerBody, rest);
      return triggeredShape(await triggerSchedule(request, { id, force, parameters: parameters }));
    }),
  };
}

/** A refusal as this face says it over HTTP: its status, its code and its sentence. */
export const commandRefusals = {
  statusOf,
  wordsOf(error: DomainError): { code: string; message: string } {
    const { code, detail: message } = refusalShape(error);
    return { code, message };
  },
};

const FACE = 'commands';

function statusOf(error: DomainError): number {
  return errors[error.code].status;
}

/** What a message is found by in logs: the correlation id of whoever sent it, or one that is made for it. */
interface Marks {
  readonly correlationId: string;
  readonly log: Log;
}

/** One line a command, as over HTTP one a request. */
async function told(
  command: CommandName,
  { headers, traceparent }: CommandMessage,
  deps: NatsCommandDeps,
  answer: (marks: Marks) => Promise<Json>,
): Promise<Json> {
  const given = headers['x-correlation-id'] ?? '';
  const correlationId = /^[\w.:-]{1,128}$/.test(given) ? given : deps.ids.next();
  const traceId = parseTraceparent(traceparent)?.traceId;
  const log = carryingLog(deps.log, { correlationId, command, ...(traceId !== undefined && { traceId }) });
  try {
    const said = await answer({ correlationId, log });
    log.info({}, 'command');
    return said;
  } catch (error) {
    const fault = faultOf(error);
    if (fault === error) log.info({ refused: fault.code }, 'command');
    else log.warn({ refused: fault.code, error }, 'command');
    // What nobody foresaw is worded by who replies, who also logs it at `error`.
    throw fault.code === 'INTERNAL' ? error : fault;
  }
}

/** NATS names messages itself, and whoever sends one again sends it under its name; a key of its own comes first. */
function keyOf({ headers }: CommandMessage): { name: string; value: string | undefined } {
  const own = headers['idempotency-key'];
  return own !== undefined
    ? { name: 'Idempotency-Key', value: own }
    : { name: 'Nats-Msg-Id', value: headers['nats-msg-id'] };
}

/** Who asks, how often, and whether they may: as `guarded` does over HTTP. */
async function admit(
  { headers, traceparent }: CommandMessage,
  deps: NatsCommandDeps,
  { correlationId, log }: Marks,
): Promise<Request> {
  const caller = await callerOf(headers['authorization'], deps);
  await deps.rateLimit.count({ face: FACE, client: `subject:${caller.subject}`, kind: 'write' });
  demandRole(caller, 'operator');
  const { db, engine, ids, limits, deviceId } = deps;
  const { subject, roles } = caller;
  const traced = traceparent !== undefined && { traceparent };
  const actor = { subject, roles, face: FACE, correlationId, ...traced } as const;
  return {
    verb: { db, engine, ids, limits, deviceId, log, actor, now: () => deps.now() },
    rateLimit: deps.rateLimit,
    header: (name) => headers[name.toLowerCase()],
  };
}

async function callerOf(authorization: string | undefined, deps: NatsCommandDeps): Promise<Caller> {
  const token = bearerOf(authorization);
  if (token !== null) return deps.authenticate(token);
  if (!deps.openCommands) {
    throw unauthenticated(
      'missing',
      'Send the header "Authorization: Bearer <token>", or let NATS decide: NATS_COMMANDS=open.',
    );
  }
  return { subject: 'nats', roles: ['operator'], credential: 'anonymous', expiresAt: null };
}

function read<T>(schema: z.ZodType<T>, body: unknown): T {
  return parseWith(schema, body, 'INVALID_INPUT');
}

/** The schedule that a message is about, and what else it says. */
function target(body: Json): { id: string; rest: JsonObject } {
  if (body !== null && typeof body === 'object' && !Array.isArray(body)) {
    const { id, ...rest } = body as JsonObject;
    if (typeof id === 'string') return { id, rest };
  }
  throw invalid('INVALID_INPUT', [{ path: 'id', message: 'is missing: it must be the id of a schedule' }]);
}
