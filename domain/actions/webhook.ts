import { z } from 'zod';
import type { Json } from '../json.ts';
import { parseWith } from '../parse.ts';
import type { ActionKind } from './kind.ts';
import { templateText } from './template-text.ts';

const WEBHOOK_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** An HTTP request (DECISIONS section 5), signed as in Standard Webhooks where a secret is configured. */
export interface WebhookAction {
  readonly type: 'webhook';
  readonly method: (typeof WEBHOOK_METHODS)[number];
  /** A template. */
  readonly url: string;
  /** Templates, by the headers' names. */
  readonly headers: Readonly<Record<string, string>>;
  /** A template text, a JSON value whose strings are templates, or nothing. */
  readonly body: Json;
  readonly max_redirects: number;
}

/** Set by the request itself, or they say who it is from (RFC 9110; Standard Webhooks; DECISIONS section 4). */
const OWN_HEADERS =
  /^(host|connection|content-length|transfer-encoding|te|trailer|upgrade|expect|idempotency-key|webhook-.*)$/i;

/** A sentence about a header's name, or null. */
function headerFault(name: string): string | null {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/.test(name)) return 'is not a header name';
  return OWN_HEADERS.test(name) ? 'is set by the request itself: remove it' : null;
}

const headers = z
  .record(z.string(), templateText.max(8192, 'may have at most 8192 characters'))
  .superRefine((given, context) => {
    const names = Object.keys(given);
    if (names.length > 50) context.addIssue({ code: 'custom', message: 'may be at most 50' });
    for (const name of names) {
      const message = headerFault(name);
      if (message !== null) context.addIssue({ code: 'custom', path: [name], message });
    }
  });

const url = templateText
  .min(1, 'must be an address, such as https://example.com/hook')
  .max(4096, 'may have at most 4096 characters')
  .regex(/^(https?:\/\/|\$\{)/i, 'must begin with https:// or http://')
  .refine((text) => !/^[^/]*\/\/[^/?#]*@/.test(text), 'may not hold a user or password: send an Authorization header');

const schema = z
  .strictObject({
    type: z.literal('webhook'),
    method: z
      .preprocess(
        (method) => (typeof method === 'string' ? method.toUpperCase() : method),
        z.enum(WEBHOOK_METHODS, `must be one of: ${WEBHOOK_METHODS.join(', ')}`),
      )
      .default('POST'),
    url,
    headers: headers.default({}),
    body: z.json().default(null),
    max_redirects: z.int('must be a whole number').min(0, 'must be 0 to 5').max(5, 'must be 0 to 5').default(3),
  })
  .superRefine(({ method, body }, context) => {
    if (method !== 'GET' || body === null) return;
    context.addIssue({ code: 'custom', path: ['body'], message: 'a GET carries no body: remove it, or use POST' });
  });

export const webhook: ActionKind<WebhookAction> = {
  type: 'webhook',
  parse(input) {
    const action = parseWith(schema, input, 'INVALID_ACTION');
    if (typeof action.body === 'string') parseWith(templateText, action.body, 'INVALID_ACTION', 'body');
    return action;
  },
  isQuick: () => false,
  resources: () => [],
  fault: () => null,
  needsAdmin: () => false,
  describe: (action) => `${action.method} ${action.url.replace(/[?#].*$/s, '')}`,
};
