import type { z } from '@hono/zod-openapi';
import type { DomainError } from '../../../domain/errors.ts';
import { invalid } from '../../../domain/errors.ts';
import type { Json, JsonObject } from '../../../domain/json.ts';
import { parseWith } from '../../../domain/parse.ts';
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
    (work: (request: Request, body: Json) => Promise<Json>): Handler =>
    async (message) =>
      work(await admit(message, deps), message.body);
  return {
    create: handler(async (request, body) => shown(await createSchedule(request, read(createBody, body)))),
    update: handler(async (request, body) => {
      const { id, rest } = target(body);
      return shown(await updateSchedule(request, { id, body: read(updateBody, rest) }));
    }),
    delete: handler(async (request, body) => {
      const { id, rest } = target(body);
      await deleteSchedule(request, { id, ...read(reasonBody, rest) });
      return { id, deleted: true };
    }),
    pause: handler(async (request, body) => {
      const { id, rest } = target(body);
      return shown(await pauseSchedule(request, { id, ...read(reasonBody, rest) }));
    }),
    resume: handler(async (request, body) => {
      const { id, rest } = target(body);
      return shown(await resumeSchedule(request, { id, ...read(reasonBody, rest) }));
    }),
    trigger: handler(async (request, body) => {
      const { id, rest } = target(body);
      const { force, parameters } = read(triggerBody, rest);
      return triggeredShape(await triggerSchedule(request, { id, force, parameters: parameters }));
    }),
  };
}

/** A refusal as this face says it over HTTP: its status, its code and its sentence. */
export const commandRefusals = {
  statusOf: (error: DomainError): number => errors[error.code].status,
  wordsOf(error: DomainError): { code: string; message: string } {
    const { code, detail: message } = refusalShape(error);
    return { code, message };
  },
};

const FACE = 'commands';

/** Who asks, how often, and whether they may: as `guarded` does over HTTP. */
async function admit({ headers }: CommandMessage, deps: NatsCommandDeps): Promise<Request> {
  const caller = await callerOf(headers['authorization'], deps);
  await deps.rateLimit.count({ face: FACE, client: `subject:${caller.subject}`, kind: 'write' });
  demandRole(caller, 'operator');
  const { db, engine, ids, limits, deviceId, log } = deps;
  const given = headers['x-correlation-id'] ?? '';
  const correlationId = /^[\w.:-]{1,128}$/.test(given) ? given : ids.next();
  const actor = { subject: caller.subject, roles: caller.roles, face: FACE, correlationId } as const;
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
