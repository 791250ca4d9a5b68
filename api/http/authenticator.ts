import type { Db } from '../../db/connect.ts';
import { findApiKey, noteApiKeyUse, type ApiKey } from '../../db/queries/api-keys.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { ROLES, type Log } from '../verbs/context.ts';
import { hashOfKey, isApiKey, looksLikeApiKey } from './api-key.ts';
import type { Caller } from './caller.ts';
import { createJwtCheck, type JwtSettings } from './jwt.ts';
import { unauthenticated } from './unauthenticated.ts';

/** Tells who a bearer token speaks for, or throws UNAUTHENTICATED. */
export type Authenticate = (token: string) => Promise<Caller>;

/** Longer tokens are not looked at. */
const LONGEST_TOKEN = 8192;
const USE_NOTED_EVERY_MS = 60_000;

/** Takes JWTs and API keys (DECISIONS section 2). A revoked key is refused at once, by every process. */
export function createAuthenticator(
  settings: JwtSettings,
  deps: { db: Db; now: () => Instant; log: Log },
): Authenticate {
  const checkJwt = createJwtCheck(settings, deps.now);
  return async (token) => {
    if (token.length > LONGEST_TOKEN)
      throw unauthenticated('malformed', `A token has at most ${LONGEST_TOKEN} characters.`);
    if (!looksLikeApiKey(token)) return checkJwt(token);
    const key = isApiKey(token) ? await findApiKey(deps.db, hashOfKey(token)) : undefined;
    return callerOfKey(key, deps);
  };
}

function callerOfKey(key: ApiKey | undefined, deps: { db: Db; now: () => Instant; log: Log }): Caller {
  if (key === undefined) throw unauthenticated('api_key', 'There is no such API key: check that it was copied whole.');
  if (key.revokedAt !== null)
    throw unauthenticated('revoked', `The API key ${key.prefix}… was revoked: ask for a new one.`);
  if (key.expiresAt !== null && key.expiresAt <= deps.now()) {
    throw unauthenticated('expired', `The API key ${key.prefix}… has expired: ask for a new one.`);
  }
  if (deps.now() - (key.lastUsedAt ?? 0) > USE_NOTED_EVERY_MS) {
    noteApiKeyUse(deps.db, key.id).catch((error: unknown) => {
      deps.log.warn({ error, prefix: key.prefix }, "An API key's use could not be noted");
    });
  }
  return {
    subject: key.subject,
    roles: ROLES.filter((role) => key.roles.includes(role)),
    credential: 'api_key',
    expiresAt: key.expiresAt,
  };
}
