import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jwtVerify } from 'jose';
import { beforeEach, expect, test } from 'vitest';
import { ensureLocalToken, ensureSecret, mintToken } from '../../start/token.ts';
import { tempFolder } from '../support/temp-folder.ts';

const NOW = Date.UTC(2026, 5, 1);
const YEAR_MS = 365 * 24 * 3_600_000;
let folder: string;
beforeEach(() => {
  folder = tempFolder('token-');
});

const verified = async (token: string, secret: string) =>
  jwtVerify(token, new TextEncoder().encode(secret), { currentDate: new Date(NOW), algorithms: ['HS256'] });

test('the secret is 32 random bytes, made once, for its owner alone', () => {
  const file = join(folder, 'secret');
  const secret = ensureSecret(file);
  expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
  expect(ensureSecret(file)).toBe(secret);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(ensureSecret(join(folder, 'other'))).not.toBe(secret);
});

test('the local token makes its bearer super_admin for ten years', async () => {
  const file = join(folder, 'token');
  await ensureLocalToken(file, { secret: 's'.repeat(32) }, NOW);
  const { payload, protectedHeader } = await verified(readFileSync(file, 'utf8').trim(), 's'.repeat(32));
  expect(protectedHeader.alg).toBe('HS256');
  expect(payload).toEqual({
    sub: 'local-admin',
    roles: ['super_admin'],
    iat: NOW / 1000,
    exp: (NOW + 10 * YEAR_MS) / 1000,
  });
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('the local token is kept while it is good', async () => {
  const file = join(folder, 'token');
  await ensureLocalToken(file, { secret: 's'.repeat(32) }, NOW);
  const first = readFileSync(file, 'utf8');
  await ensureLocalToken(file, { secret: 's'.repeat(32) }, NOW + 9 * YEAR_MS);
  expect(readFileSync(file, 'utf8')).toBe(first);
});

test.each([
  ['the secret changed', { secret: 'x'.repeat(32) }, NOW],
  ['it is about to expire', { secret: 's'.repeat(32) }, NOW + 10 * YEAR_MS - 1000],
  ['an issuer is asked for now', { secret: 's'.repeat(32), issuer: 'us' }, NOW],
])('the local token is made anew when %s', async (_, signing, nowMs) => {
  const file = join(folder, 'token');
  await ensureLocalToken(file, { secret: 's'.repeat(32) }, NOW);
  const first = readFileSync(file, 'utf8');
  await ensureLocalToken(file, signing, nowMs);
  expect(readFileSync(file, 'utf8')).not.toBe(first);
});

test('a token file with nonsense in it is replaced', async () => {
  const file = join(folder, 'token');
  writeFileSync(file, 'nonsense');
  await ensureLocalToken(file, { secret: 's'.repeat(32) }, NOW);
  await verified(readFileSync(file, 'utf8').trim(), 's'.repeat(32));
});

test('a minted token carries the issuer and audience that the service checks', async () => {
  const claims = { subject: 'ann', roles: ['viewer'], nowMs: NOW, lifetimeMs: 1000 };
  const token = await mintToken({ ...claims, secret: 's'.repeat(32), issuer: 'us', audience: 'them' });
  const { payload } = await verified(token, 's'.repeat(32));
  expect(payload).toMatchObject({ sub: 'ann', iss: 'us', aud: 'them', exp: NOW / 1000 + 1 });
});
