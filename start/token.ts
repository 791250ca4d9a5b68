import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { jwtVerify, SignJWT } from 'jose';
import { keptPrivate, writePrivate } from './private-file.ts';

const TEN_YEARS_MS = 10 * 365 * 24 * 3_600_000;
const RENEW_BEFORE_MS = 30 * 24 * 3_600_000;

export interface TokenClaims {
  secret: string;
  subject: string;
  roles: string[];
  nowMs: number;
  lifetimeMs: number;
}

/** Signs a bearer token (DECISIONS section 2: HS256 with JWT_SECRET, roles in claim `roles`, `exp` always there). */
export function mintToken({ secret, subject, roles, nowMs, lifetimeMs }: TokenClaims): Promise<string> {
  return new SignJWT({ roles })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(subject)
    .setIssuedAt(Math.floor(nowMs / 1000))
    .setExpirationTime(Math.floor((nowMs + lifetimeMs) / 1000))
    .sign(new TextEncoder().encode(secret));
}

/** The signing secret of a home: 32 random bytes, made once, readable by its owner only. */
export function ensureSecret(file: string): string {
  return keptPrivate(file, () => randomBytes(32).toString('base64url'));
}

/** Keeps in `file` a super-admin token for this machine that `secret` still vouches for. */
export async function ensureLocalToken(file: string, secret: string, nowMs: number): Promise<void> {
  if (existsSync(file) && (await isGood(readFileSync(file, 'utf8').trim(), secret, nowMs))) return;
  const claims = { subject: 'local-admin', roles: ['super_admin'], lifetimeMs: TEN_YEARS_MS };
  writePrivate(file, `${await mintToken({ ...claims, secret, nowMs })}\n`);
}

async function isGood(token: string, secret: string, nowMs: number): Promise<boolean> {
  const currentDate = new Date(nowMs + RENEW_BEFORE_MS);
  const key = new TextEncoder().encode(secret);
  return jwtVerify(token, key, { currentDate, algorithms: ['HS256'] }).then(
    () => true,
    () => false,
  );
}
