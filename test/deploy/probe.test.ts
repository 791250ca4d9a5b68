import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const script = fileURLToPath(new URL('../../deploy/probe.mjs', import.meta.url));
const server = createServer((request, response) => {
  response.statusCode = request.url === '/ready' ? 200 : 503;
  response.end('draining');
});
let address = '';

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  address = typeof bound === 'object' && bound !== null ? `http://127.0.0.1:${bound.port}` : '';
});
afterAll(() => server.close());

async function probe(url: string): Promise<{ code: number; said: string }> {
  const child = spawn(process.execPath, [script, url], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = (await once(child, 'close')) as [number];
  return { code, said };
}

it('a container is healthy where the address answers 2xx', async () => {
  expect(await probe(`${address}/ready`)).toEqual({ code: 0, said: '' });
});

it('and is not where it answers anything else, or nothing; it says why', async () => {
  const stopping = await probe(`${address}/live`);
  expect(stopping).toMatchObject({ code: 1, said: expect.stringContaining('503 draining') as string });
  const absent = await probe('http://127.0.0.1:1/live');
  expect(absent).toMatchObject({ code: 1, said: expect.stringContaining('127.0.0.1:1') as string });
});
