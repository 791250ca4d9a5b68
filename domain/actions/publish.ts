import { z } from 'zod';
import { invalid } from '../errors.ts';
import type { Json, JsonObject } from '../json.ts';
import { parseWith } from '../parse.ts';
import { templateFault } from '../templates.ts';
import type { ActionKind } from './kind.ts';

/** What is sent: a template with variables of its own, a JSON value whose strings are templates, or nothing. */
export type PublishPayload =
  { readonly template: string; readonly variables: JsonObject } | { readonly json: Json } | null;

/** An MQTT 5 publish (gateway.txt, Action Types). */
export interface PublishAction {
  readonly type: 'publish';
  readonly topic: string;
  readonly payload: PublishPayload;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
}

const template = z.string().superRefine((text, context) => {
  const fault = templateFault(text);
  if (fault !== null) context.addIssue({ code: 'custom', message: fault });
});

const topic = template
  .min(1, 'must name an MQTT topic, such as "device/data"')
  .max(1024, 'an MQTT topic may have at most 1024 characters here')
  .refine((text) => !/[#+]/.test(text), 'a topic to publish to may not hold the wildcards # and +')
  .refine((text) => !text.startsWith('$SYS'), 'topics under $SYS belong to the broker');

const schema = z.strictObject({
  type: z.literal('publish'),
  topic,
  payload: z.json().optional(),
  payload_template: template.optional(),
  qos: z.union([z.literal(0), z.literal(1), z.literal(2)], 'must be 0, 1 or 2').default(1),
  retain: z.boolean('must be true or false').default(false),
});

const templateForm = z.strictObject({
  template,
  variables: z.record(z.string(), z.json()).default({}),
});

/** The three payload shapes of gateway.txt: text, `payload_template`, and `{template, variables}`; and any JSON. */
function payloadOf(payload: Json | undefined, text: string | undefined): PublishPayload {
  if (text !== undefined) return { template: text, variables: {} };
  if (payload === undefined || payload === null) return null;
  if (typeof payload === 'string') {
    return { template: parseWith(template, payload, 'INVALID_ACTION', 'payload'), variables: {} };
  }
  if (typeof payload === 'object' && 'template' in payload) {
    return parseWith(templateForm, payload, 'INVALID_ACTION', 'payload');
  }
  return { json: payload };
}

export const publish: ActionKind<PublishAction> = {
  type: 'publish',
  parse(input) {
    const { payload, payload_template: text, ...rest } = parseWith(schema, input, 'INVALID_ACTION');
    if (payload !== undefined && text !== undefined) {
      throw invalid('INVALID_ACTION', [
        { path: 'payload_template', message: 'give payload or payload_template, not both' },
      ]);
    }
    return { ...rest, payload: payloadOf(payload, text) };
  },
  isQuick: () => true,
  resources: (action) => [`mqtt:${action.topic}`],
  fault: () => null,
  needsAdmin: () => false,
  describe: (action) => `publish to ${action.topic}`,
};
