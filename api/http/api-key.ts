import { createHash, randomBytes } from 'node:crypto';

const MARK = 'alm_';
const KEY = /^alm_[A-Za-z0-9_-]{43}$/;
const SHOWN = 12;

/** A new API key: 256 random bits. What is stored is its hash; what is shown later, its first characters. */
export function newApiKey(): { key: string; hash: Buffer; prefix: string } {
  const key = MARK + randomBytes(32).toString('base64url');
  return { key, hash: hashOfKey(key), prefix: key.slice(0, SHOWN) };
}

/** Whether a bearer token means to be an API key; it may be misspelt. */
export function looksLikeApiKey(token: string): boolean {
  return token.startsWith(MARK);
}

export function isApiKey(token: string): boolean {
  return KEY.test(token);
}

/** SHA-256 suffices: the key is random, so there is nothing to guess that a slow hash would protect. */
export function hashOfKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
