import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { jwtVerify, SignJWT } from 'jose';
import { keptPrivate, writePrivate } from './private-file.ts';

const TEN_YEARS_MS = 10 * 365 * 24 * 3_600_000;
const RENEW_BEFORE_MS = 30 * 24 * 3_600_000;

export interface TokenSigning {
  secret: string;
  /** Of the checks that JWT_ISSUER and JWT_AUDIENCE ask for. */
  issuer?: string | undefined;
  audience?: string | undefined;
}

export interface TokenClaims extends TokenSigning {
  subject: string;
  roles: string[];
  nowMs: number;
  lifetimeMs: number;
}

/** Signs a bearer token (DECISIONS section 2: HS256 with JWT_SECRET, roles in claim `roles`, `exp` always there). */
export function mintToken(claims: TokenClaims): Promise<string> {
  const { secret, subject, roles, issuer, audience, nowMs, lifetimeMs } = claims;
  const token = new SignJWT({ roles })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(subject)
    .setIssuedAt(Math.floor(nowMs / 1000))
    .setExpirationTime(Math.floor((nowMs + lifetimeMs) / 1000));
  if (issuer !== undefined) token.setIssuer(issuer);
  if (audience !== undefined) token.setAudience(audience);
  return token.sign(new TextEncoder().encode(secret));
}

/** The signing secret of a home: 32 random bytes, made once, readable by its owner only. */
export function ensureSecret(file: string): string {
  return keptPrivate(file, () => randomBytes(32).toString('base64url'));
}

/** Keeps in `file` a super-admin token for this machine that the service will accept. */
export async function ensureLocalToken(file: string, signing: TokenSigning, nowMs: number): Promise<void> {
  if (existsSync(file) && (await isGood(readFileSync(file, 'utf8').trim(), signing, nowMs))) return;
  const claims = { subject: 'local-admin', roles: ['super_admin'], lifetimeMs: TEN_YEARS_MS };
  writePrivate(file, `${await mintToken({ ...claims, ...signing, nowMs })}\n`);
}

async function isGood(token: string, { secret, issuer, audience }: TokenSigning, nowMs: number): Promise<boolean> {
  const currentDate = new Date(nowMs + RENEW_BEFORE_MS);
  const key = new TextEncoder().encode(secret);
  const checks = { ...(issuer !== undefined && { issuer }), ...(audience !== undefined && { audience }) };
  return jwtVerify(token, key, { currentDate, algorithms: ['HS256'], ...checks }).then(
    () => true,
    () => false,
  );
}
