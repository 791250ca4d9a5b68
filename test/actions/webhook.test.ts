import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ActionFailure } from '../../activities/actions/handler.ts';
import { openWebhooks } from '../../worker/webhooks/open-webhooks.ts';
import { until } from '../support/until.ts';
import { acting, failureOf, RUN } from './acting.ts';

interface Heard {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Answering = (request: IncomingMessage, response: ServerResponse) => void;

/** A real server; what it hears, and how many sockets it has open. */
async function server(answer: Answering = (_request, response) => response.end('thanks')) {
  const heard: Heard[] = [];
  const http = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      heard.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body });
      answer(request, response);
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  const open = () => new Promise<number>((resolve) => http.getConnections((_error, count) => resolve(count)));
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, heard, open };
}

const SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes ...').toString('base64')}`;

function world(settings: { allow?: string[]; secrets?: string[]; now?: number } = {}) {
  const { allow = ['127.0.0.1'], secrets = [], now = Date.now() } = settings;
  return { webhooks: openWebhooks({ allow, secrets, userAgent: 'almanac/test', now: () => now }), now: () => now };
}

const redirect = (location: string, status = 302): Answering => {
  return (_request, response) => response.writeHead(status, { location }).end();
};

describe('the request', () => {
  it('carries the rendered address, headers and body, and the execution id as its idempotency key', async () => {
    const { url, heard } = await server();
    const action = {
      type: 'webhook',
      url: `${url}/hooks/\${NAME}?job=\${JOB_ID}`,
      headers: { Authorization: 'Bearer ${TOKEN}' },
      body: '{"name": "${NAME}", "at": "${SCHEDULED_TIME}"}',
    };
    const variables = { NAME: 'a/b "c"', TOKEN: 't0ken' };
    const result = await acting(action, world(), { variables }).result;
    expect(heard).toHaveLength(1);
    expect(heard[0]).toMatchObject({
      method: 'POST',
      path: `/hooks/a%2Fb%20%22c%22?job=${RUN.jobId}`,
      body: '{"name": "a/b \\"c\\"", "at": "2025-03-12T09:00:00Z"}',
    });
    expect(heard[0]?.headers).toMatchObject({
      authorization: 'Bearer t0ken',
      'idempotency-key': RUN.executionId,
      'content-type': 'application/json',
      'user-agent': 'almanac/test',
    });
    expect(result.data).toEqual({ status: 200, body: 'thanks', truncated: false });
    expect(result.message).not.toContain('job=');
  });

  it('takes a JSON body whose strings are templates, and the address as a whole from a variable', async () => {
    const { url, heard } = await server((_request, response) => {
      response.writeHead(201, { 'content-type': 'application/json' }).end('{"id": 7}');
    });
    const action = { type: 'webhook', url: '${BASE}/x', method: 'put', body: { n: '${N}', text: 'is ${N}' } };
    const result = await acting(action, world(), { variables: { BASE: url, N: 4 } }).result;
    expect(heard[0]).toMatchObject({ method: 'PUT', body: '{"n":4,"text":"is 4"}' });
    expect(result.data).toMatchObject({ status: 201, body: { id: 7 } });
  });

  it('refuses a header value with a line break in it', async () => {
    const { url, heard } = await server();
    const action = { type: 'webhook', url, headers: { 'X-Name': '${NAME}' } };
    const acted = acting(action, world(), { variables: { NAME: 'a\r\nX-Evil: 1' } });
    expect(await failureOf(acted)).toMatchObject({ type: 'InvalidHeader', retryable: false });
    expect(heard).toEqual([]);
  });
});

describe('the signature', () => {
  it('is one that Standard Webhooks accepts, once for each secret', async () => {
    const { url, heard } = await server();
    const other = `whsec_${Buffer.from('another secret of 32 bytes .....').toString('base64')}`;
    await acting({ type: 'webhook', url, body: '{"a": 1}' }, world({ secrets: [SECRET, other] })).result;
    const [request] = heard;
    expect(request?.headers['webhook-id']).toBe(RUN.executionId);
    for (const secret of [SECRET, other]) {
      expect(new Webhook(secret).verify(request?.body ?? '', request?.headers as Record<string, string>)).toEqual({
        a: 1,
      });
    }
    const wrong = new Webhook(Buffer.from('no secret of ours at all, really').toString('base64'));
    expect(() => wrong.verify(request?.body ?? '', request?.headers as Record<string, string>)).toThrow();
  });

  it('is not begun with a secret that can not be one', () => {
    expect(() => world({ secrets: ['not base64!'] })).toThrow('WEBHOOK_SECRETS');
  });

  it('is absent without a secret', async () => {
    const { url, heard } = await server();
    await acting({ type: 'webhook', url }, world()).result;
    expect(heard[0]?.headers).not.toHaveProperty('webhook-signature');
  });
});

describe('what an answer means', () => {
  const status = (code: number, headers: Record<string, string> = {}): Answering => {
    return (_request, response) => response.writeHead(code, headers).end('because');
  };

  it.each([
    [400, false],
    [401, false],
    [404, false],
    [410, false],
    [408, true],
    [425, true],
    [429, true],
    [500, true],
    [503, true],
  ])('%i: another attempt can help: %s', async (code, retryable) => {
    const { url } = await server(status(code));
    const failure = await failureOf(acting({ type: 'webhook', url }, world()));
    expect(failure).toMatchObject({ type: 'WebhookRefused', retryable });
    expect(failure.message).toContain(`answered ${code}: because`);
  });

  const NOW = Date.UTC(2025, 2, 12, 9, 0, 0);
  it.each([
    ['120', 120_000],
    ['Wed, 12 Mar 2025 09:00:30 GMT', 30_000],
    ['Wed, 12 Mar 2025 08:00:00 GMT', 0],
    ['99999999', 86_400_000],
    ['soon', null],
  ])('Retry-After: %s is waited for', async (header, waitMs) => {
    const { url } = await server(status(503, { 'retry-after': header }));
    const error: unknown = await acting({ type: 'webhook', url }, world({ now: NOW })).result.catch((e: unknown) => e);
    expect((error as ActionFailure).retryAfterMs).toBe(waitMs);
  });

  it('keeps the beginning of a long answer and stops reading', async () => {
    const { url, open } = await server((_request, response) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    });
    const result = await acting({ type: 'webhook', url }, world()).result;
    expect(result.data).toMatchObject({ truncated: true, body: 'x'.repeat(65_536) });
    await until('the socket is closed', async () => (await open()) === 0);
  });

  it('a server that is not there is worth another attempt', async () => {
    const failure = await failureOf(acting({ type: 'webhook', url: 'http://127.0.0.1:9' }, world()));
    expect(failure).toMatchObject({ type: 'WebhookUnreachable', retryable: true });
  });
});

describe('redirects', () => {
  it('are followed as often as allowed, and no further', async () => {
    const { url } = await server((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.end('there');
      else response.writeHead(307, { location: `/${left - 1}` }).end();
    });
    const action = (hops: number) => ({ type: 'webhook', url: `${url}/${hops}`, max_redirects: 2 });
    expect((await acting(action(2), world()).result).data).toMatchObject({ body: 'there' });
    expect(await failureOf(acting(action(3), world()))).toMatchObject({ type: 'TooManyRedirects', retryable: false });
    const none = { ...action(1), max_redirects: 0 };
    expect(await failureOf(acting(none, world()))).toMatchObject({ type: 'TooManyRedirects' });
  });

  it('keep method and body at 307 and 308, and become a GET at 303', async () => {
    const target = await server();
    for (const status of [307, 308, 303]) {
      const { url } = await server(redirect(target.url, status));
      await acting({ type: 'webhook', url, body: '{"a":1}' }, world({ secrets: [SECRET] })).result;
    }
    expect(target.heard.map(({ method, body }) => `${method} ${body}`)).toEqual([
      'POST {"a":1}',
      'POST {"a":1}',
      'GET ',
    ]);
  });

  it('take credentials to no other origin', async () => {
    const target = await server();
    const { url, heard } = await server(redirect(target.url, 307));
    const headers = { Authorization: 'Bearer secret', 'X-Api-Key': 'secret' };
    await acting({ type: 'webhook', url, headers, body: '{}' }, world()).result;
    expect(heard[0]?.headers['authorization']).toBe('Bearer secret');
    expect(JSON.stringify(target.heard[0]?.headers)).not.toContain('secret');
    expect(target.heard[0]?.headers).toMatchObject({ 'content-type': 'application/json' });
  });

  it('are checked at each hop: a public target can not lead to a closed one', async () => {
    const { url } = await server(redirect('http://169.254.169.254/latest/meta-data', 302));
    const failure = await failureOf(acting({ type: 'webhook', url }, world()));
    expect(failure).toMatchObject({ type: 'WebhookTargetRefused', retryable: false });
    const scheme = await server(redirect('file:///etc/passwd', 302));
    expect(await failureOf(acting({ type: 'webhook', url: scheme.url }, world()))).toMatchObject({
      type: 'WebhookTargetRefused',
    });
  });
});

describe('targets that are not public are refused', () => {
  it.each([
    'http://127.0.0.1/',
    'http://localhost/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0.0.0.0/',
    'http://10.1.2.3/',
    'http://172.31.255.1/',
    'http://192.168.0.1/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:a00:1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[fd00:ec2::254]/',
    'http://[fe80::1]/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
  ])('%s', async (url) => {
    const failure = await failureOf(acting({ type: 'webhook', url }, world({ allow: [] })));
    expect(failure).toMatchObject({ type: 'WebhookTargetRefused', retryable: false });
    expect(failure.message).toContain('WEBHOOK_ALLOW');
  });

  it.each([[['127.0.0.0/8']], [['127.0.0.1']], [['localhost']], [['LocalHost']], [['::/0', '0.0.0.0/0']]])(
    'unless WEBHOOK_ALLOW names them: %j',
    async (allow) => {
      const { url, heard } = await server();
      const byName = allow.some((entry) => entry.toLowerCase() === 'localhost');
      const target = byName ? url.replace('127.0.0.1', 'localhost') : url;
      await acting({ type: 'webhook', url: target }, world({ allow })).result;
      expect(heard).toHaveLength(1);
    },
  );

  it('a part of a host name is not its name', async () => {
    const { url, heard } = await server();
    const target = url.replace('127.0.0.1', 'localhost');
    const allow = ['ocalhost', '*.localhost', 'host'];
    expect(await failureOf(acting({ type: 'webhook', url: target }, world({ allow })))).toMatchObject({
      type: 'WebhookTargetRefused',
    });
    expect(heard).toEqual([]);
  });
});

describe('stopping', () => {
  it('closes the socket of a server that does not answer', async () => {
    const { url, heard, open } = await server(() => undefined);
    const acted = acting({ type: 'webhook', url }, world());
    await until('the request arrived', () => heard.length === 1);
    acted.stop.abort(new Error('timed out'));
    await expect(acted.result).rejects.toThrow('timed out');
    await until('the socket is closed', async () => (await open()) === 0);
  });

  it('closes the socket of a server that never ends its answer', async () => {
    const { url, heard, open } = await server((_request, response) => response.writeHead(200).write('x'));
    const acted = acting({ type: 'webhook', url }, world());
    await until('the request arrived', () => heard.length === 1);
    acted.stop.abort(new Error('cancelled'));
    await expect(acted.result).rejects.toThrow('cancelled');
    await until('the socket is closed', async () => (await open()) === 0);
  });
});
