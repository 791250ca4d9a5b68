import { DomainError } from '../../domain/errors.ts';
import type { Json } from '../../domain/json.ts';
import type { IncomingMessage, NatsLink, Reply } from './nats-link.ts';

/** What services may ask of the scheduler over NATS (commands.txt, "Subscribes to scheduling commands"). */
export const SCHEDULER_COMMANDS = ['create', 'update', 'delete', 'pause', 'resume', 'trigger'] as const;
export type SchedulerCommand = (typeof SCHEDULER_COMMANDS)[number];

export interface CommandRequest {
  readonly body: Json;
  /** By their names in lower case: `x-created-by`, `x-correlation-id` and their kin. */
  readonly headers: Readonly<Record<string, string>>;
  /** The span that it is answered in, where traces are on. */
  readonly traceparent?: string;
}

/** Resolves with the reply's body; a DomainError is replied as it is. */
export type CommandHandler = (request: CommandRequest) => Promise<Json>;
export type CommandHandlers = { readonly [C in SchedulerCommand]: CommandHandler };

const ROOT = 'cmd.scheduler';
const QUEUE = 'almanac';
const AT_ONCE = 20;
const CODE = 'Nats-Service-Error-Code';

interface RefusalWords {
  readonly code: string;
  readonly message: string;
}

/**
 * Answers `cmd.scheduler.*`, each by one process of the queue group. The reply is JSON: what the handler says, or
 * `{"error": {"code", "message", "details"}}` with the header `Nats-Service-Error-Code`. `statusOf` is the face's
 * table, `wordsOf` its code and sentence; without that they are the domain's.
 */
export function serveCommands(deps: {
  link: NatsLink;
  handlers: CommandHandlers;
  statusOf: (error: DomainError) => number;
  wordsOf?: (error: DomainError) => RefusalWords;
  log: { error(fields: object, message: string): void };
}): { drain(): Promise<void> } {
  const { link, handlers, statusOf, wordsOf = (error) => error, log } = deps;
  const served = SCHEDULER_COMMANDS.map((name) => {
    const subject = `${ROOT}.${name}`;
    const answer = async (message: IncomingMessage): Promise<Reply> => {
      try {
        const body = bodyOf(message);
        return reply(await handlers[name]({ body, headers: message.headers }));
      } catch (error) {
        if (error instanceof DomainError) return refusal(error, wordsOf(error), statusOf(error));
        log.error({ error, subject }, 'A command failed');
        const unknown = new DomainError('INTERNAL', 'The command failed for a reason that the log tells.');
        return refusal(unknown, wordsOf(unknown), statusOf(unknown));
      }
    };
    return link.serve(subject, { queue: QUEUE, atOnce: AT_ONCE, answer });
  });
  return {
    async drain() {
      await Promise.all(served.map((each) => each.drain()));
    },
  };
}

function bodyOf({ payload, subject }: IncomingMessage): Json {
  if (payload === '') return {};
  try {
    return JSON.parse(payload) as Json;
  } catch {
    throw new DomainError('INVALID_INPUT', `The message on ${subject} is not JSON: send an object.`);
  }
}

function reply(body: Json, headers: Readonly<Record<string, string>> = {}): Reply {
  return { payload: JSON.stringify(body), headers: { 'Content-Type': 'application/json', ...headers } };
}

function refusal({ details }: DomainError, { code, message }: RefusalWords, status: number): Reply {
  const error = { code, message, details: details as Json };
  return reply({ error }, { [CODE]: String(status), 'Nats-Service-Error': message.replace(/\p{Cc}+/gu, ' ') });
}
