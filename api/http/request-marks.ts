import { randomUUID } from 'node:crypto';
import { createMiddleware } from 'hono/factory';
import type { Log } from '../verbs/context.ts';
import type { WebBindings } from './web-deps.ts';

/** A logger that can carry fields along, such as the correlation id. */
export interface ParentLog extends Log {
  debug(fields: object, message: string): void;
  child(fields: object): ParentLog;
}

/** A client's own id is taken where it can't harm a log. */
const SANE_ID = /^[A-Za-z0-9._:-]{1,128}$/;
/** Asked every few seconds by machines: of no news value. */
const QUIET = /\/(live|ready|health|health\/detailed)$|^\/(assets|docs)/;

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

/** The outermost layer: correlation id, secure headers, one log line a request, and farewell while the server stops. */
export function requestMarks(deps: { log: ParentLog; monotonicMs: () => number; isServing: () => boolean }) {
  return createMiddleware<{ Bindings: WebBindings }>(async (c, next) => {
    const beganMs = deps.monotonicMs();
    const given = c.req.header('x-request-id');
    const requestId = given !== undefined && SANE_ID.test(given) ? given : randomUUID();
    const log = deps.log.child({ requestId });
    c.env.marks = { requestId, log };
    await next();
    const { headers } = c.res;
    headers.set('X-Request-Id', requestId);
    for (const [name, value] of Object.entries(SECURE_HEADERS)) if (!headers.has(name)) headers.set(name, value);
    if (!deps.isServing() || isHalfRead(c.env)) headers.set('Connection', 'close');
    const { method, path } = c.req;
    const fields = { method, path, status: c.res.status, durationMs: Math.round(deps.monotonicMs() - beganMs) };
    if (QUIET.test(path)) log.debug(fields, 'request');
    else log.info(fields, 'request');
  });
}

/** A refusal may come before the body was read: what is left of it would stand before the next request. */
function isHalfRead({ incoming }: WebBindings): boolean {
  return !incoming.complete && incoming.headers.upgrade === undefined;
}
