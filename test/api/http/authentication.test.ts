import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, SECRET, startWeb, token, toyFace, type RunningWeb } from './running-web.ts';

const THING = '/api/v1/scheduler/things/1';
const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

let web: RunningWeb;
let rsa: { privateKey: KeyObject; publicKey: KeyObject };
let jwks: Server;
let both: RunningWeb;

beforeAll(async () => {
  rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const keys = { keys: [{ ...(await exportJWK(rsa.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }] };
  jwks = createServer((_request, response) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify(keys)),
  );
  await new Promise<void>((resolve) => jwks.listen(0, '127.0.0.1', resolve));
  web = await startWeb();
  both = await startWeb({
    databaseUrl: web.databaseUrl,
    jwt: {
      jwksUrl: `http://127.0.0.1:${(jwks.address() as AddressInfo).port}/keys`,
      issuer: 'https://issuer.example',
      audience: 'almanac',
    },
  });
});
afterAll(async () => {
  await web.stop();
  await both.stop();
  jwks.close();
});

/** Who the service takes a token for; the status and code of its refusal otherwise. */
async function ask(at: RunningWeb, authorization: string | undefined): Promise<[number, string]> {
  const response = await at.get(THING, authorization === undefined ? {} : { authorization });
  const body = (await response.json()) as { subject?: string; error?: { details: { reason: string } } };
  return [response.status, body.subject ?? body.error?.details.reason ?? ''];
}

describe('a JWT', () => {
  it('is taken for its subject, with the roles that the service knows', async () => {
    const response = await web.get(THING, await bearer({ sub: 'ada', roles: ['viewer', 'queen'] }));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ subject: 'ada', roles: ['viewer'], credential: 'jwt' });
  });

  it('is refused without exp, without a subject, and once it has expired', async () => {
    const sign = (jwt: SignJWT) => jwt.setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(SECRET));
    const eternal = await sign(new SignJWT({ roles: ['admin'] }).setSubject('ada'));
    const nobody = await sign(new SignJWT({ roles: ['admin'] }).setExpirationTime(inAnHour()));
    const expired = await token({ exp: Math.floor(Date.now() / 1000) - 60 });
    expect(await ask(web, `Bearer ${eternal}`)).toEqual([401, 'claim']);
    expect(await ask(web, `Bearer ${nobody}`)).toEqual([401, 'claim']);
    expect(await ask(web, `Bearer ${expired}`)).toEqual([401, 'expired']);
  });

  it('is refused when its algorithm is none, in any spelling, with or without a signature', async () => {
    const payload = base64({ sub: 'ada', roles: ['super_admin'], exp: inAnHour() });
    for (const alg of ['none', 'None', 'NONE', '']) {
      expect((await ask(web, `Bearer ${base64({ alg })}.${payload}.`))[0]).toBe(401);
      expect((await ask(both, `Bearer ${base64({ alg })}.${payload}.c2ln`))[0]).toBe(401);
    }
  });

  it('is refused when signed with another secret, or changed after signing', async () => {
    const forged = await new SignJWT({ roles: ['admin'] })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('eve')
      .setExpirationTime(inAnHour())
      .sign(new TextEncoder().encode('another secret of thirty-two bytes!'));
    const [head, , signature] = (await token({ roles: ['viewer'] })).split('.');
    const raised = base64({ sub: 'tester', roles: ['super_admin'], exp: inAnHour() });
    expect(await ask(web, `Bearer ${forged}`)).toEqual([401, 'signature']);
    expect(await ask(web, `Bearer ${head}.${raised}.${signature}`)).toEqual([401, 'signature']);
  });

  it('of a public key is taken where JWKS, issuer and audience agree', async () => {
    const signed = (claims: { iss: string; aud: string }) =>
      new SignJWT({ roles: ['viewer'], ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: 'one' })
        .setSubject('rita')
        .setExpirationTime(inAnHour())
        .sign(rsa.privateKey);
    const good = { iss: 'https://issuer.example', aud: 'almanac' };
    expect(await ask(both, `Bearer ${await signed(good)}`)).toEqual([200, 'rita']);
    expect(await ask(both, `Bearer ${await signed({ ...good, iss: 'https://evil.example' })}`)).toEqual([401, 'claim']);
    expect(await ask(both, `Bearer ${await signed({ ...good, aud: 'someone else' })}`)).toEqual([401, 'claim']);
    expect(await ask(web, `Bearer ${await signed(good)}`)).toEqual([401, 'algorithm']);
  });

  it('can not pass off a public key as the shared secret', async () => {
    const claims = {
      sub: 'eve',
      roles: ['super_admin'],
      exp: inAnHour(),
      iss: 'https://issuer.example',
      aud: 'almanac',
    };
    const pem = await exportSPKI(rsa.publicKey);
    for (const secret of [pem, pem.trim(), rsa.publicKey.export({ type: 'spki', format: 'der' })]) {
      const input = `${base64({ alg: 'HS256', kid: 'one' })}.${base64(claims)}`;
      const forged = `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
      expect(await ask(both, `Bearer ${forged}`)).toEqual([401, 'signature']);
    }
  });

  it('of the shared secret can not pass for one of a public key', async () => {
    const input = `${base64({ alg: 'RS256', kid: 'one' })}.${base64({ sub: 'eve', roles: ['admin'], exp: inAnHour() })}`;
    const forged = `${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`;
    expect(await ask(both, `Bearer ${forged}`)).toEqual([401, 'signature']);
  });
});

describe('a credential', () => {
  it('is needed, and its absence says what to send', async () => {
    const response = await web.get(THING);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('Bearer');
    const { error } = (await response.json()) as { error: { message: string } };
    expect(error.message).toContain('Authorization: Bearer');
  });

  it.each(['Basic dXNlcjpwYXNz', 'Bearer', 'Bearer  ', 'bearer a b', 'Bearer nonsense', `Bearer ${'x'.repeat(9000)}`])(
    'of the form %.20s is refused',
    async (authorization) => expect((await ask(web, authorization))[0]).toBe(401),
  );

  it('without a fitting role is forbidden, and the refusal names the role', async () => {
    const response = await web.post('/api/v1/scheduler/things', { name: 'x' }, await bearer({ roles: ['viewer'] }));
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({
      error: { details: { required_role: 'operator', roles: ['viewer'] } },
    });
    expect((await web.get(THING, await bearer({ roles: [] }))).status).toBe(403);
    expect((await web.get(THING, await bearer({ roles: 'admin' }))).status).toBe(403);
  });
});

describe('a face whose document shows no credentials', () => {
  let open: RunningWeb;
  let shut: RunningWeb;
  beforeAll(async () => {
    const faces = [toyFace({ openToLoopback: true })];
    open = await startWeb({ databaseUrl: web.databaseUrl, openFaces: true, faces });
    shut = await startWeb({ databaseUrl: web.databaseUrl, openFaces: false, faces });
  });
  afterAll(() => Promise.all([open.stop(), shut.stop()]));

  it('takes a caller on this machine as its admin', async () => {
    expect(await (await open.get(THING)).json()).toMatchObject({ subject: 'anonymous', roles: ['admin'] });
  });

  it('refuses a bad credential even there', async () => {
    expect((await ask(open, 'Bearer nonsense'))[0]).toBe(401);
    expect((await ask(open, 'Basic eA=='))[0]).toBe(401);
  });

  it('is shut where OPEN_FACES is none', async () => {
    expect((await ask(shut, undefined))[0]).toBe(401);
  });

  it('refuses who comes through a proxy, from a web page of another origin, or under a rebound name', async () => {
    const port = new URL(open.url).port;
    const refused = [
      { 'x-forwarded-for': '203.0.113.9' },
      { 'x-forwarded-for': '127.0.0.1' },
      { forwarded: 'for=127.0.0.1' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
    ];
    for (const headers of refused) expect((await open.get(THING, headers)).status).toBe(401);
    expect((await open.get(THING, { origin: `http://127.0.0.1:${port}` })).status).toBe(200);
    expect(await statusWithHost(Number(port), `evil.example:${port}`)).toBe(401);
    expect(await statusWithHost(Number(port), `localhost:${port}`)).toBe(200);
  });

  it('opens no other face', async () => {
    const closed = await startWeb({ databaseUrl: web.databaseUrl, openFaces: true, faces: [toyFace()] });
    expect((await ask(closed, undefined))[0]).toBe(401);
    expect((await closed.get('/api/v1/keys')).status).toBe(401);
    await closed.stop();
  });
});

async function statusWithHost(port: number, host: string): Promise<number> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: THING, headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject).end();
  });
}
