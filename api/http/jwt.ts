import {
  createRemoteJWKSet,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyOptions,
} from 'jose';
import type { Instant } from '../../domain/schedules/kind.ts';
import { ROLES, type Role } from '../verbs/context.ts';
import type { Caller } from './caller.ts';
import { unauthenticated } from './unauthenticated.ts';

/** How tokens are checked (DECISIONS section 2). Without secret and JWKS every token is refused. */
export interface JwtSettings {
  readonly secret: string | null;
  readonly jwksUrl: string | null;
  readonly issuer: string | null;
  readonly audience: string | null;
}

const SHARED = ['HS256'];
const PUBLIC = ['RS256', 'ES256', 'EdDSA', 'Ed25519'];
/** Clocks of two machines differ a little. */
const TOLERANCE_S = 5;

/** Makes the check of JWTs. It throws UNAUTHENTICATED with what to do about it. */
export function createJwtCheck(settings: JwtSettings, now: () => Instant): (token: string) => Promise<Caller> {
  const secret = settings.secret === null ? null : new TextEncoder().encode(settings.secret);
  const keys = settings.jwksUrl === null ? null : createRemoteJWKSet(new URL(settings.jwksUrl));
  const claims: JWTVerifyOptions = {
    requiredClaims: ['exp', 'sub'],
    clockTolerance: TOLERANCE_S,
    ...(settings.issuer === null ? {} : { issuer: settings.issuer }),
    ...(settings.audience === null ? {} : { audience: settings.audience }),
  };

  /** The algorithm chooses the key, and each key takes its own algorithms only: no confusion of the two. */
  async function verify(token: string, alg: unknown): Promise<JWTPayload> {
    const options = { ...claims, currentDate: new Date(now()) };
    if (secret !== null && SHARED.includes(String(alg))) {
      return (await jwtVerify(token, secret, { ...options, algorithms: SHARED })).payload;
    }
    if (keys !== null && PUBLIC.includes(String(alg))) {
      return (await jwtVerify(token, keys, { ...options, algorithms: PUBLIC })).payload;
    }
    const good = [...(secret === null ? [] : SHARED), ...(keys === null ? [] : PUBLIC)].join(', ');
    throw unauthenticated(
      'algorithm',
      `The token is signed with "${String(alg).slice(0, 20)}"; this service takes ${good}.`,
    );
  }

  return async (token) => {
    try {
      return callerOf(await verify(token, algorithmOf(token)));
    } catch (error) {
      throw explained(error, settings);
    }
  };
}

function algorithmOf(token: string): unknown {
  try {
    return decodeProtectedHeader(token).alg;
  } catch {
    throw unauthenticated('malformed', 'This is neither a JWT nor an API key: send "Authorization: Bearer <token>".');
  }
}

function callerOf(payload: JWTPayload): Caller {
  const { sub, exp, roles } = payload;
  if (typeof sub !== 'string' || sub === '' || sub.length > 200) {
    throw unauthenticated('subject', 'The token has no usable subject: give claim "sub" 1 to 200 characters.');
  }
  const given: readonly unknown[] = Array.isArray(roles) ? roles : [];
  return {
    subject: sub,
    roles: ROLES.filter((role: Role) => given.includes(role)),
    credential: 'jwt',
    expiresAt: (exp ?? 0) * 1000,
  };
}

/** What jose says, in words that tell what to do. What is not the token's fault stays what it is. */
function explained(error: unknown, settings: JwtSettings): unknown {
  if (error instanceof errors.JWTExpired) {
    return unauthenticated('expired', 'The token has expired: get a new one (npm run token mints one).');
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    return unauthenticated('claim', claimAdvice(error.claim, settings));
  }
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey) {
    return unauthenticated('signature', 'The token was not signed with a key of this service: get one from it.');
  }
  if (error instanceof errors.JWKSMultipleMatchingKeys) {
    return unauthenticated('key_id', 'Several keys could have signed the token: give its header the "kid" of its key.');
  }
  const malformed = [errors.JWSInvalid, errors.JWTInvalid, errors.JOSEAlgNotAllowed, errors.JOSENotSupported];
  if (malformed.some((kind) => error instanceof kind)) {
    return unauthenticated('malformed', 'The token is not a well-formed JWT: send it whole and unchanged.');
  }
  return error;
}

function claimAdvice(claim: string, settings: JwtSettings): string {
  if (claim === 'iss')
    return `The token's issuer is not the configured one: claim "iss" must be "${settings.issuer ?? ''}".`;
  if (claim === 'aud') return `The token is for someone else: claim "aud" must name "${settings.audience ?? ''}".`;
  if (claim === 'nbf') return 'The token is not valid yet: check "nbf" and the clock of whoever made it.';
  return `The token's claim "${claim}" is missing or wrong: "exp" and "sub" are required.`;
}
