import type { WebhookAction } from '../../domain/actions/webhook.ts';
import type { Json } from '../../domain/json.ts';
import { jsonOfText, render, renderJson, type Lookup } from '../../domain/templates.ts';
import type { WebhookResponse } from '../deps.ts';
import { ActionFailure, type ActionHandler } from './handler.ts';
import { refusalOf } from './webhook-refusal.ts';

/** Sends an HTTP request (DECISIONS section 5, webhook). The execution id is the idempotency key. */
export const webhook: ActionHandler<WebhookAction> = {
  async run(action, context) {
    const { lookup, run, deps } = context;
    const body = bodyOf(action.body, lookup);
    const traced = run.traceparent === undefined ? {} : { traceparent: run.traceparent };
    const headers = { ...headersOf(action, body, lookup), ...traced };
    const request = {
      method: action.method,
      url: urlOf(action.url, lookup),
      headers,
      body,
      maxRedirects: action.max_redirects,
      id: run.executionId,
    };
    const response = await deps.webhooks.send(request, context.stop.signal);
    const where = `${action.method} ${withoutQuery(response.url)}`;
    context.log('info', `${where} answered ${response.status}`);
    if (response.status < 200 || response.status > 299) throw refusalOf(where, response, deps.now());
    return {
      message: `${where} answered ${response.status}`,
      data: { status: response.status, body: shown(response), truncated: response.truncated },
      metrics: { bytes_sent: Buffer.byteLength(body), bytes_received: Buffer.byteLength(response.body) },
    };
  },
};

function bodyOf(body: Json, lookup: Lookup): string {
  if (body === null) return '';
  return typeof body === 'string' ? render(body, lookup) : JSON.stringify(renderJson(body, lookup));
}

function headersOf(action: WebhookAction, body: string, lookup: Lookup): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, template] of Object.entries(action.headers)) {
    const value = render(template, lookup);
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) {
      const message = `The header ${name} would hold a line break or another character that headers can't: change its template.`;
      throw new ActionFailure('InvalidHeader', message, { retryable: false });
    }
    headers[name.toLowerCase()] = value;
  }
  const type = /^\s*[{["]/.test(body) ? 'application/json' : 'text/plain; charset=utf-8';
  return body === '' ? headers : { 'content-type': type, ...headers };
}

/** In an address a variable is one part of it: its characters can't end a path or begin a query. */
function urlOf(template: string, lookup: Lookup): string {
  const whole = /^\$\{[^}]*\}/.exec(template)?.[0] ?? '';
  const encoded: Lookup = (name) => {
    const value = lookup(name);
    if (value === undefined) return value;
    return encodeURIComponent(typeof value === 'string' ? value : JSON.stringify(value));
  };
  return render(whole, lookup) + render(template.slice(whole.length), encoded);
}

function shown(response: WebhookResponse): Json {
  const isJson = response.headers['content-type']?.includes('json') === true && !response.truncated;
  return isJson ? jsonOfText(response.body) : response.body;
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}
