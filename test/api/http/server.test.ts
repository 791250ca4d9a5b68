import { connect as connectSocket, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bearer, gate, migratedDatabase, reached, startWeb, toyFace, until } from './running-web.ts';

const THINGS = '/api/v1/scheduler/things';
let databaseUrl: string;
let headers: Record<string, string>;
beforeAll(async () => {
  databaseUrl = await migratedDatabase();
  headers = await bearer();
});

const sockets: Socket[] = [];
afterAll(() => sockets.forEach((socket) => socket.destroy()));

/** A connection that sends what it is told and remembers what it hears. */
async function rawConnection(url: string): Promise<{ socket: Socket; heard: () => string; isClosed: () => boolean }> {
  const { hostname, port } = new URL(url);
  const socket = connectSocket(Number(port), hostname);
  sockets.push(socket);
  let heard = '';
  let closed = false;
  socket.on('data', (data) => (heard += data.toString()));
  socket.on('close', () => (closed = true));
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  return { socket, heard: () => heard, isClosed: () => closed };
}

it('stopping finishes what is under way, and accepts nothing new', async () => {
  const web = await startWeb({ databaseUrl });
  const open = gate('stop');
  const answer = web.post(THINGS, { name: 'finishing', wait: 'stop' }, headers);
  await until(() => reached.some((thing) => (thing as { name: string }).name === 'finishing'));
  const closing = web.server.close(30_000);
  await expect(web.get('/live')).rejects.toThrow();
  open();
  const response = await answer;
  expect([response.status, response.headers.get('connection')]).toEqual([201, 'close']);
  await closing;
  await web.stop();
});

it('stopping cuts off what does not end within the grace, and idle connections at once', async () => {
  const web = await startWeb({ databaseUrl });
  const idle = await rawConnection(web.url);
  idle.socket.write('GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await until(() => idle.heard().includes('alive'));
  gate('never');
  const hanging = web.post(THINGS, { name: 'hanging', wait: 'never' }, headers).catch(() => 'cut off');
  await until(() => reached.some((thing) => (thing as { name: string }).name === 'hanging'));
  await web.server.close(200);
  expect(await hanging).toBe('cut off');
  await until(() => idle.isClosed());
  await web.stop();
});

it('a request that never ends its headers is cut off with 408', async () => {
  const web = await startWeb({ databaseUrl, headersWithinMs: 3_000 });
  const slow = await rawConnection(web.url);
  slow.socket.write('GET /live HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
  await until(() => slow.isClosed());
  expect(slow.heard()).toContain('408');
  expect((await web.get('/live')).status).toBe(200);
  await web.stop();
});

it('extra ports answer too; one that is taken is a warning', async () => {
  const first = await startWeb({ databaseUrl });
  const taken = Number(new URL(first.url).port);
  const web = await startWeb({ databaseUrl, extraPorts: [taken, 0] });
  expect(web.urls).toHaveLength(2);
  for (const url of web.urls) expect((await fetch(`${url}/live`)).status).toBe(200);
  const warned = web.logged.filter(({ level, msg }) => level === 40 && msg.includes(`extra port ${taken}`));
  expect(warned).toHaveLength(1);
  await Promise.all([first.stop(), web.stop()]);
});

it('a main port that is taken refuses the start', async () => {
  const first = await startWeb({ databaseUrl });
  await expect(startWeb({ databaseUrl, port: Number(new URL(first.url).port) })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
  await first.stop();
});

it('every face answers alone under its prefix, and at its documented path', async () => {
  const faces = [toyFace(), toyFace({ name: 'tasks' })];
  const web = await startWeb({ databaseUrl, faces });
  for (const prefix of ['/gateway', '/tasks', '']) {
    expect((await web.get(`${prefix}${THINGS}/1`, headers)).status).toBe(200);
    expect((await web.post(`${prefix}${THINGS}`, { name: 'x' }, headers)).status).toBe(201);
  }
  expect((await web.get(`/console${THINGS}/1`, headers)).status).toBe(404);
  await web.stop();
});
