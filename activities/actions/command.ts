import { commandBody, type CommandAction } from '../../domain/actions/command.ts';
import { payloadRefusal, subjectRefusal } from '../../domain/command-rules.ts';
import type { ActionResult } from '../../domain/execution.ts';
import { isoTime } from '../../domain/iso-time.ts';
import type { Json } from '../../domain/json.ts';
import { jsonOfText, render } from '../../domain/templates.ts';
import type { CommandMessage, CommandReply } from '../deps.ts';
import { ActionFailure, type ActionContext, type ActionHandler } from './handler.ts';

/** Sends a command over NATS, and waits for its reply where one is expected (DECISIONS section 5; docs/nats.md). */
export const command: ActionHandler<CommandAction> = {
  async run(action, context) {
    const { deps, lookup } = context;
    const subject = action.target_command;
    const forbidden = subjectRefusal(subject, deps.commandRules);
    if (forbidden !== null) throw refused('CommandNotAllowed', forbidden);
    const { text, value } = commandBody(action.payload, lookup);
    const unfit = payloadRefusal(subject, value, deps.commandRules);
    if (unfit !== null) throw refused('InvalidPayload', unfit);
    const message = { subject, payload: text, headers: headersOf(action, context) };
    return action.expect_reply ? ask(action, message, context) : send(message, context);
  },
};

async function send(message: CommandMessage, { deps, stop: { signal } }: ActionContext): Promise<ActionResult> {
  const { stream, sequence, duplicate } = await deps.commands.publish(message, signal);
  const bytes = Buffer.byteLength(message.payload);
  const how = duplicate ? 'which had it already' : `as ${sequence}`;
  const where = stream === null ? '' : `; the stream ${stream} keeps it, ${how}`;
  return {
    message: `Sent ${bytes} bytes to ${message.subject}${where}`,
    data: { stream, sequence, duplicate },
    metrics: { bytes_sent: bytes },
  };
}

async function ask(action: CommandAction, message: CommandMessage, context: ActionContext): Promise<ActionResult> {
  const { deps } = context;
  const { signal } = context.stop;
  const reply = await withinReplyTime(action, signal, (within) => deps.commands.request(message, within));
  const value = jsonOfText(reply.payload);
  const bytes = { bytes_sent: Buffer.byteLength(message.payload), bytes_received: Buffer.byteLength(reply.payload) };
  const failure = failureOf(message.subject, reply, value);
  if (failure !== null) throw failure;
  return { message: `${message.subject} replied with ${bytes.bytes_received} bytes`, data: value, metrics: bytes };
}

class NoReply extends Error {}

async function withinReplyTime<T>(
  { target_command: subject, reply_timeout_seconds: seconds }: CommandAction,
  signal: AbortSignal,
  work: (within: AbortSignal) => Promise<T>,
): Promise<T> {
  if (seconds === null) return work(signal);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new NoReply()), seconds * 1000);
  try {
    return await work(AbortSignal.any([signal, late.signal]));
  } catch (error) {
    if (!(error instanceof NoReply)) throw error;
    const message = `${subject} did not reply within ${seconds} s: look whether its service keeps up, or give it longer (reply_timeout_seconds).`;
    throw new ActionFailure('NoReply', message, { retryable: true });
  } finally {
    clearTimeout(timer);
  }
}

/** A reply that tells of an error: the headers of NATS services (ADR-32), or JSON with an `error`; else null. */
function failureOf(subject: string, reply: CommandReply, value: Json): ActionFailure | null {
  const isObject = value !== null && typeof value === 'object' && !Array.isArray(value);
  const told = isObject ? (value as Readonly<Record<string, Json>>)['error'] : undefined;
  const code = reply.headers['nats-service-error-code'];
  if (code === undefined && (told === undefined || told === null || told === false)) return null;
  const fields = told !== null && typeof told === 'object' && !Array.isArray(told) ? told : {};
  const { code: ownCode, message, retryable } = fields as Readonly<Record<string, Json>>;
  const words = [reply.headers['nats-service-error'], message, told].find((text) => typeof text === 'string');
  const shownCode = code ?? (typeof ownCode === 'string' || typeof ownCode === 'number' ? String(ownCode) : null);
  const sentence = `${subject} replied with an error${shownCode === null ? '' : ` (${shownCode})`}: ${words ?? JSON.stringify(told)}`;
  return new ActionFailure('CommandFailed', sentence, { retryable: retryable !== false });
}

/** Whatever the user's headers are called, none can take the place of ours. */
function headersOf(action: CommandAction, { deps, lookup, run }: ActionContext): Record<string, string> {
  const own: Record<string, string> = {};
  for (const [name, template] of Object.entries(action.headers)) {
    own[name] = headerValue(name, render(template, lookup));
  }
  return {
    ...(action.payload !== null && typeof action.payload === 'object' && { 'Content-Type': 'application/json' }),
    ...own,
    'Nats-Msg-Id': run.executionId,
    'X-Execution-Id': run.executionId,
    'X-Schedule-Id': run.jobId,
    'X-Correlation-Id': plain(run.correlationId),
    ...(run.createdBy !== undefined && { 'X-Created-By': plain(run.createdBy) }),
    'X-Scheduled-Time': isoTime(run.dueAt),
    'X-Attempt': String(run.attempt),
    ...(run.traceparent !== undefined && { traceparent: run.traceparent }),
    // Its execution is settled without it by then: a receiver that finds it past may let it be.
    'X-Expires-At': isoTime(deps.now() + deps.leaseMs),
  };
}

function headerValue(name: string, value: string): string {
  if (!/\p{Cc}/u.test(value)) return value.trim();
  const message = `The header ${name} would hold a line break or another control character: change its template.`;
  throw refused('InvalidHeader', message);
}

/** Names that others gave: a line break in one must not fail the run. */
function plain(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}

function refused(type: string, message: string): ActionFailure {
  return new ActionFailure(type, message, { retryable: false });
}
