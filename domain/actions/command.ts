import { z } from 'zod';
import { DEFAULT_COMMAND_RULES, payloadRefusal, subjectRefusal } from '../command-rules.ts';
import { DomainError } from '../errors.ts';
import { cleanJson, type Json } from '../json.ts';
import { subjectFault } from '../nats-subject.ts';
import { parseWith } from '../parse.ts';
import { jsonOfText, render, renderJson, templateFault, variablesOf, type Lookup } from '../templates.ts';
import type { ActionKind } from './kind.ts';
import { templateText } from './template-text.ts';

/** A message to a service over NATS (commands.txt, Flexible Command Routing; DECISIONS section 5). */
export interface CommandAction {
  readonly type: 'command';
  /** The subject, as it is: no template, so that the whitelist can judge it when it is stored. */
  readonly target_command: string;
  /** A template text, a JSON value whose strings are templates, or nothing. */
  readonly payload: Json;
  /** Templates, by the headers' names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Waits for an answer, which becomes the execution's result. */
  readonly expect_reply: boolean;
  /** Null: only the job's timeout bounds the wait. */
  readonly reply_timeout_seconds: number | null;
}

/** Set by the service itself (docs/nats.md), or by NATS. */
const OWN_HEADERS =
  /^(nats-.*|traceparent|x-(execution-id|schedule-id|correlation-id|created-by|scheduled-time|expires-at|attempt|reply-to))$/i;

const headers = z
  .record(z.string(), templateText.max(4096, 'may have at most 4096 characters'))
  .superRefine((given, context) => {
    const names = Object.keys(given);
    if (names.length > 50) context.addIssue({ code: 'custom', message: 'may be at most 50' });
    for (const name of names) {
      const message = OWN_HEADERS.test(name) ? 'is set by the service itself: remove it' : 'is not a header name';
      const isName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/.test(name);
      if (!isName || OWN_HEADERS.test(name)) context.addIssue({ code: 'custom', path: [name], message });
    }
  });

const targetCommand = z.string('must be a NATS subject, such as "cmd.mail.send"').superRefine((subject, context) => {
  const fault = subjectFault(subject);
  if (fault !== null) context.addIssue({ code: 'custom', message: fault });
});

const payload = z
  .json()
  .superRefine((value, context) => {
    const fault = textsOf(value).map(templateFault).find(Boolean);
    if (fault !== undefined && fault !== null) context.addIssue({ code: 'custom', message: fault });
    else if (JSON.stringify(cleanJson(value)) !== JSON.stringify(value)) {
      context.addIssue({ code: 'custom', message: 'may hold neither NUL nor half a surrogate pair' });
    }
  })
  .default(null);

const schema = z
  .strictObject({
    type: z.literal('command'),
    target_command: targetCommand,
    payload,
    headers: headers.default({}),
    expect_reply: z.boolean('must be true or false').default(false),
    reply_timeout_seconds: z
      .number('must be seconds')
      .min(0.1, 'must be at least 0.1')
      .max(86_400, 'may be at most 86400 (a day)')
      .nullable()
      .default(null),
  })
  .superRefine(({ expect_reply: expects, reply_timeout_seconds: within }, context) => {
    if (expects || within === null) return;
    const message = 'belongs to "expect_reply": true: set that too, or remove the timeout';
    context.addIssue({ code: 'custom', path: ['reply_timeout_seconds'], message });
  });

export const command: ActionKind<CommandAction> = {
  type: 'command',
  parse: (input) => parseWith(schema, input, 'INVALID_ACTION'),
  // An awaited reply takes as long as the other side needs (DESIGN section 1).
  isQuick: (action) => !action.expect_reply,
  resources: () => [],
  fault(action, { commands: rules = DEFAULT_COMMAND_RULES }) {
    const refusal = subjectRefusal(action.target_command, rules);
    if (refusal !== null) return new DomainError('COMMAND_NOT_ALLOWED', refusal);
    // What variables make of it is known only when it runs, and is checked then.
    const isFixed = textsOf(action.payload).every((text) => variablesOf(text).length === 0);
    if (!isFixed) return null;
    return payloadRefusal(action.target_command, commandBody(action.payload, () => undefined).value, rules);
  },
  needsAdmin: () => false,
  describe: (action) => `${action.expect_reply ? 'ask' : 'send'} ${action.target_command}`,
};

/** The text that is sent, and what a receiver makes of it: the JSON that it spells. Throws `UnknownVariable`. */
export function commandBody(payload: Json, lookup: Lookup): { text: string; value: Json } {
  if (payload === null) return { text: '', value: null };
  if (typeof payload === 'string') {
    const text = render(payload, lookup);
    return { text, value: jsonOfText(text) };
  }
  const value = renderJson(payload, lookup);
  return { text: JSON.stringify(value), value };
}

function textsOf(value: Json): string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value as Readonly<Record<string, Json>>).flatMap(textsOf);
}
