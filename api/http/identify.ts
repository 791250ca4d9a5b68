import type { HttpBindings } from '@hono/node-server';
import type { Authenticate } from './authenticator.ts';
import type { Caller } from './caller.ts';
import { isFromThisMachine } from './peer.ts';
import { unauthenticated } from './unauthenticated.ts';

const SCHEME = /^Bearer +(\S+)$/i;

/** The token of an `Authorization` header; null without one. Throws UNAUTHENTICATED for any other scheme. */
export function bearerOf(header: string | undefined): string | null {
  if (header === undefined || header === '') return null;
  const token = SCHEME.exec(header)?.[1];
  if (token === undefined) {
    throw unauthenticated('scheme', 'The Authorization header must read "Bearer <token>", with one JWT or API key.');
  }
  return token;
}

/**
 * Who makes a request. A presented credential that is bad is always refused; without one, an open face takes a caller
 * on this machine as admin of that one face (DECISIONS section 2).
 */
export async function identify(
  bindings: HttpBindings,
  options: { authenticate: Authenticate; open: boolean },
): Promise<Caller> {
  const token = bearerOf(bindings.incoming.headers.authorization);
  if (token !== null) return options.authenticate(token);
  if (options.open && isFromThisMachine(bindings)) {
    return { subject: 'anonymous', roles: ['admin'], credential: 'anonymous', expiresAt: null };
  }
  const where = options.open ? ' (without one, only programs on the same machine are let in)' : '';
  throw unauthenticated('missing', `Send "Authorization: Bearer <token>", a JWT or an API key${where}.`);
}
