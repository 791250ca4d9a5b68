import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nkeys } from '@nats-io/transport-node';
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import { openNats } from '../../worker/nats/open-nats.ts';
import type { NatsSettings } from '../../worker/nats/nats-settings.ts';
import { natsSettings, needsNats, startNats, type TestNats } from '../support/nats.ts';
import { needsProgram } from '../support/needs.ts';
import { recordingLog, type LogEntry } from '../support/recording-log.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

async function guarded(context: TestContext, config: string): Promise<TestNats> {
  const nats = needsNats(context, await startNats({ config, jetStream: false }));
  onTestFinished(() => nats.stop());
  return nats;
}

/** Signs in, and looks until something is known. */
async function trying(
  nats: TestNats,
  settings: Partial<NatsSettings>,
  look: (isIn: boolean, refusal: LogEntry | undefined) => string | false,
): Promise<string> {
  const log = recordingLog();
  const connection = openNats(natsSettings(nats.url, settings), log);
  try {
    return await until('it is known', () => look(connection.connected(), log.said('NATS can not be reached')));
  } finally {
    await connection.close();
  }
}

/** We come in: a server that was too slow to answer is asked again. */
const comesIn = (nats: TestNats, settings: Partial<NatsSettings>) => trying(nats, settings, (isIn) => isIn && 'in');

/** What the log says where we do not; `in` where we do. */
const refusalOf = (nats: TestNats, settings: Partial<NatsSettings>) =>
  trying(nats, settings, (isIn, refusal) => (isIn ? 'in' : refusal !== undefined && JSON.stringify(refusal)));

describe('Signing in to NATS', () => {
  it('with user and password, apart or in the address', async (context) => {
    const nats = await guarded(context, 'authorization { user: almanac, password: "s3cr:t/x" }');
    expect(await comesIn(nats, { username: 'almanac', password: 's3cr:t/x' })).toBe('in');
    const withUser = nats.url.replace('//', `//almanac:${encodeURIComponent('s3cr:t/x')}@`);
    expect(await comesIn(nats, { servers: [withUser] })).toBe('in');
    const refused = await refusalOf(nats, { username: 'almanac', password: 'guessed-it' });
    expect(refused).toMatch(/authorization violation/i);
    expect(refused).not.toContain('guessed-it');
    expect(await refusalOf(nats, { servers: [withUser.replace('s3cr', 'wr0ng')] })).not.toContain('wr0ng');
  });

  it('with a token', async (context) => {
    const nats = await guarded(context, 'authorization { token: "t0ken" }');
    expect(await comesIn(nats, { token: 't0ken' })).toBe('in');
    expect(await comesIn(nats, { servers: [nats.url.replace('//', '//t0ken@')] })).toBe('in');
    expect(await refusalOf(nats, {})).not.toBe('in');
  });

  it('with the seed of an nkey', async (context) => {
    const [user, other] = [nkeys.createUser(), nkeys.createUser()];
    const nats = await guarded(context, `authorization { users = [ { nkey: ${user.getPublicKey()} } ] }`);
    expect(await comesIn(nats, { nkey: text(user.getSeed()) })).toBe('in');
    const refused = await refusalOf(nats, { nkey: text(other.getSeed()) });
    expect(refused).not.toBe('in');
    expect(refused).not.toContain(text(other.getSeed()));
  });

  it('with a .creds file', async (context) => {
    const [operator, account, user] = [nkeys.createOperator(), nkeys.createAccount(), nkeys.createUser()];
    const jwt = (signer: nkeys.KeyPair, sub: string, nats: object) => {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const claims = { jti: sub, iat: 1_700_000_000, iss: signer.getPublicKey(), name: 'test', sub };
      const signed = `${part({ typ: 'JWT', alg: 'ed25519-nkey' })}.${part({ ...claims, nats: { ...nats, version: 2 } })}`;
      return `${signed}.${Buffer.from(signer.sign(Buffer.from(signed))).toString('base64url')}`;
    };
    const limits = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
    const [operatorId, accountId] = [operator.getPublicKey(), account.getPublicKey()];
    const config = `operator: ${jwt(operator, operatorId, { type: 'operator' })}
      resolver: MEMORY
      resolver_preload: { ${accountId}: ${jwt(operator, accountId, { type: 'account', limits })} }`;
    const nats = await guarded(context, config);
    const userJwt = jwt(account, user.getPublicKey(), { type: 'user', subs: -1, data: -1, payload: -1 });
    const creds = `-----BEGIN NATS USER JWT-----\n${userJwt}\n------END NATS USER JWT------\n
-----BEGIN USER NKEY SEED-----\n${text(user.getSeed())}\n------END USER NKEY SEED------\n`;
    expect(await comesIn(nats, { creds })).toBe('in');
    expect(await refusalOf(nats, {})).not.toBe('in');
  });

  it('over TLS with a certificate of ours, and not to a server that ours does not vouch for', async (context) => {
    const openssl = needsProgram(context, 'openssl', 'apt-get install openssl');
    const folder = tempFolder('nats-tls-');
    const file = (name: string) => join(folder, name);
    const make = (...args: string[]) => {
      const { status, stderr } = spawnSync(openssl, args, { encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
    };
    const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const certificate = (name: string) => {
      const out = ['-keyout', file(`${name}.key`), '-out', file(`${name}.pem`), '-days', '2'];
      const names = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
      make('req', '-x509', ...ec, ...out, ...names);
    };
    certificate('server');
    certificate('client');
    const tls = `tls { cert_file: "${file('server.pem')}", key_file: "${file('server.key')}",
      ca_file: "${file('client.pem')}", verify: true }`;
    const nats = await guarded(context, tls);
    const read = (name: string) => readFileSync(file(name), 'utf8');
    const own = { ca: read('server.pem'), cert: read('client.pem'), key: read('client.key') };
    expect(await comesIn(nats, own)).toBe('in');
    expect(await comesIn(nats, { ...own, servers: [nats.url.replace('nats:', 'tls:')] })).toBe('in');
    expect(await refusalOf(nats, { ...own, ca: read('client.pem') })).not.toBe('in');
    expect(await refusalOf(nats, { ca: own.ca })).not.toBe('in');
  });

  it('asks for TLS where the address does, and goes to no server without it', async (context) => {
    const nats = await guarded(context, '');
    expect(await comesIn(nats, {})).toBe('in');
    expect(await refusalOf(nats, { servers: [nats.url.replace('nats:', 'tls:')] })).toMatch(/tls/i);
  });

  it('goes to whichever of several servers is up', async (context) => {
    const nats = await guarded(context, '');
    expect(await comesIn(nats, { servers: ['nats://127.0.0.1:9', nats.url] })).toBe('in');
  });
});
