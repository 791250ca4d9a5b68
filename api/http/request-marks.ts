import { randomUUID } from 'node:crypto';
import { createMiddleware } from 'hono/factory';
import { parseTraceparent, type Tracing } from '../../domain/tracing.ts';
import type { Log } from '../verbs/context.ts';
import { requestSpan } from './request-span.ts';
import type { WebBindings } from './web-deps.ts';

/** A logger that can carry fields along, such as the correlation id. */
export interface ParentLog extends Log {
  debug(fields: object, message: string): void;
  child(fields: object): ParentLog;
}

/** A client's own id is taken where it can't harm a log. */
const SANE_ID = /^[A-Za-z0-9._:-]{1,128}$/;
/** Asked every few seconds by machines: of no news value. */
const QUIET = /\/(live|ready|health|health\/detailed)$|^\/(assets|docs|metrics$)/;

/** Answers are for their asker alone, and are never to be run, framed or guessed at (OWASP's list for APIs). */
const SECURE_HEADERS: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cache-Control': 'no-store',
};

/**
 * The outermost layer: correlation id, the request's span where traces are on, secure headers, one log line a request,
 * and farewell while the server stops.
 */
export function requestMarks(deps: {
  log: ParentLog;
  monotonicMs: () => number;
  isServing: () => boolean;
  tracing?: Tracing | undefined;
}) {
  return createMiddleware<{ Bindings: WebBindings }>(async (c, next) => {
    const beganMs = deps.monotonicMs();
    const requestId = saneId(c.req.header('x-request-id')) ?? randomUUID();
    const correlationId = saneId(c.req.header('x-correlation-id')) ?? requestId;
    const { method, path } = c.req;
    const { tracing } = deps;
    let { log } = deps;
    const about = { method, path, correlationId, traceparent: c.req.header('traceparent') };
    const answered = async (traceparent?: string) => {
      const traceId = parseTraceparent(traceparent)?.traceId;
      log = deps.log.child({ requestId, correlationId, ...(traceId !== undefined && { traceId }) });
      c.env.marks = { requestId, correlationId, log, ...(traceparent !== undefined && { traceparent }) };
      await next();
      return c.res.status;
    };
    await (tracing === undefined || QUIET.test(path) ? answered() : requestSpan(tracing, about, answered));
    const { headers } = c.res;
    headers.set('X-Request-Id', requestId);
    headers.set('X-Correlation-Id', correlationId);
    for (const [name, value] of Object.entries(SECURE_HEADERS)) if (!headers.has(name)) headers.set(name, value);
    if (!deps.isServing() || isHalfRead(c.env)) headers.set('Connection', 'close');
    const fields = { method, path, status: c.res.status, durationMs: Math.round(deps.monotonicMs() - beganMs) };
    if (QUIET.test(path)) log.debug(fields, 'request');
    else log.info(fields, 'request');
  });
}

function saneId(given: string | undefined): string | null {
  return given !== undefined && SANE_ID.test(given) ? given : null;
}

/** A refusal may come before the body was read: what is left of it would stand before the next request. */
function isHalfRead({ incoming }: WebBindings): boolean {
  return !incoming.complete && incoming.headers.upgrade === undefined;
}
