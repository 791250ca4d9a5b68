import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { beforeEach, describe, expect, onTestFinished, test, type TestContext } from 'vitest';
import { embeddedSettings } from '../../start/embedded-settings.ts';
import { openHome } from '../../start/home.ts';
import { ensureNatsBinary, findNatsBinary } from '../../start/nats/nats-binary.ts';
import { chooseNatsPort } from '../../start/nats/nats-port.ts';
import { startNatsServer, type NatsServerOptions } from '../../start/nats/nats-server.ts';
import { freeInnerPort } from '../../start/ports.ts';
import { openChildren } from '../../start/process/children.ts';
import { processIdentity } from '../../start/process/process-identity.ts';
import { humanReport } from '../../start/report.ts';
import { abandon } from '../support/abandon.ts';
import { NO_NATS } from '../support/nats.ts';
import { needs } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';

let folder: string;
beforeEach(() => {
  folder = tempFolder('nats-');
});

describe('The NATS server of the embedded start', () => {
  async function options(context: TestContext, more: Partial<NatsServerOptions> = {}): Promise<NatsServerOptions> {
    const binary = (await findNatsBinary(process.env)) ?? needs(context, NO_NATS);
    const place = { storeFolder: join(folder, 'store'), logFile: join(folder, 'log') };
    return { binary, port: await freeInnerPort(), ...place, ...more };
  }

  const withChildren = (given: NatsServerOptions) => ({
    ...given,
    children: openChildren(join(folder, 'children.json')),
  });

  async function started(given: NatsServerOptions) {
    const part = await startNatsServer(given);
    onTestFinished(() => part.stop());
    return part;
  }

  async function clientOf({ port }: NatsServerOptions): Promise<NatsConnection> {
    const client = await connect({ servers: `127.0.0.1:${port}` });
    onTestFinished(() => client.close());
    return client;
  }

  /** Leaves behind what a start launches that is killed right after. */
  async function abandonServer(given: NatsServerOptions): Promise<number> {
    await abandon(`
      import { startNatsServer } from 'start/nats/nats-server.ts';
      import { openChildren } from 'start/process/children.ts';
      const children = openChildren(${JSON.stringify(join(folder, 'children.json'))});
      await startNatsServer({ ...${JSON.stringify(given)}, children });
    `);
    const left = openChildren(join(folder, 'children.json')).leftover('nats');
    if (!left) throw new Error('the server was not written down');
    return left.pid;
  }

  test('listens on the loopback only, and keeps streams through a kill -9', async (context) => {
    const given = await options(context);
    const first = await startNatsServer(given);
    const before = await clientOf(given);
    const manager = await jetstreamManager(before);
    await manager.streams.add({ name: 'KEPT', subjects: ['cmd.kept'] });
    await before.request('cmd.kept', 'x', { timeout: 60_000 });
    expect(before.info?.host).toBe('127.0.0.1');
    process.kill(first.pid, 'SIGKILL');
    expect(await first.ended).toEqual({ code: null, signal: 'SIGKILL' });
    await started(given);
    const after = await jetstreamManager(await clientOf(given));
    expect((await after.streams.info('KEPT')).state.messages).toBe(1);
  });

  test('is adopted when a killed start left it running', async (context) => {
    const given = await options(context);
    const pid = await abandonServer(given);
    const part = await started(withChildren(given));
    expect(part.pid).toBe(pid);
    expect(part.detail).toContain(`adopted, pid ${pid}`);
    await part.stop();
    expect(processIdentity(pid)).toBeUndefined();
  });

  test('is ended first when it was left on the same store with another port, or never written down', async (context) => {
    if (process.platform !== 'linux') context.skip('it needs /proc, to see the arguments of other processes');
    const given = await options(context);
    const pid = await abandonServer(given);
    const part = await started({ ...given, port: await freeInnerPort() });
    expect(part.pid).not.toBe(pid);
    expect(processIdentity(pid)).toBeUndefined();
  });

  test('does not take another server on its port for its own, and says what it said', async (context) => {
    const other = await options(context, { storeFolder: join(folder, 'other'), logFile: join(folder, 'other.log') });
    await started(other);
    const given = await options(context, { port: other.port });
    await expect(startNatsServer(given)).rejects.toThrow(/did not come up[^]*says:\n[^]*address already in use/);
  });

  test('leaves nothing running when its start is called off', async (context) => {
    const stopping = new AbortController();
    const starting = startNatsServer({ ...withChildren(await options(context)), stopping: stopping.signal });
    stopping.abort(new Error('called off'));
    await expect(starting).rejects.toThrow('called off');
    expect(openChildren(join(folder, 'children.json')).leftover('nats')).toBeUndefined();
  });
});

describe('Its port', () => {
  const settings = (env: Record<string, string> = {}) => embeddedSettings({ ALMANAC_HOME: folder, ...env });

  async function taken(): Promise<number> {
    const server = createServer();
    const port = await freeInnerPort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return port;
  }

  test('is NATS_PORT, which must be free', async () => {
    const port = await freeInnerPort();
    expect(await chooseNatsPort(openHome(folder), settings({ NATS_PORT: String(port) }))).toBe(port);
    const held = settings({ NATS_PORT: String(await taken()) });
    await expect(chooseNatsPort(openHome(folder), held)).rejects.toThrow('NATS_PORT');
  });

  test('is the one that an abandoned server of ours listens on', async (context) => {
    const binary = (await findNatsBinary(process.env)) ?? needs(context, NO_NATS);
    const home = openHome(folder);
    const port = await freeInnerPort();
    const children = openChildren(home.children);
    const place = { storeFolder: home.nats, logFile: home.log('nats') };
    const part = await startNatsServer({ binary, port, ...place, children });
    onTestFinished(() => part.stop());
    expect(await chooseNatsPort(home, settings(), port)).toBe(port);
    expect(await chooseNatsPort(home, settings({ NATS_PORT: String(port) }))).toBe(port);
  });
});

describe('The program', () => {
  let lines: string[];
  beforeEach(() => {
    mkdirSync(join(folder, 'bin'));
    lines = [];
  });

  function program(name: string, script: string): string {
    const path = join(folder, 'bin', name);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  function ensure(): Promise<string> {
    const env = { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, XDG_CACHE_HOME: folder, HOME: folder };
    return ensureNatsBinary({ env, report: humanReport((line) => lines.push(line)) });
  }

  const fakeGo = () =>
    program(
      'go',
      `echo "$@" >> ${folder}/builds\necho '#!/bin/sh' > "$GOBIN/nats-server"; chmod +x "$GOBIN/nats-server"`,
    );

  test('on PATH is used when it is recent enough', async () => {
    const path = program('nats-server', "echo 'nats-server: v2.10.3'");
    expect(await ensure()).toBe(path);
    program('nats-server', "echo 'nats-server: v2.1.0'");
    fakeGo();
    expect(await ensure()).toBe(join(folder, 'almanac', 'nats-server'));
    expect(lines[0]).toContain('nats-server is 2.1.0, and 2.9 is needed');
  });

  test('is built with Go into the cache once, and taken from there after', async () => {
    fakeGo();
    const path = await ensure();
    expect(path).toBe(join(folder, 'almanac', 'nats-server'));
    expect(await ensure()).toBe(path);
    expect(readFileSync(join(folder, 'builds'), 'utf8')).toBe('install -v github.com/nats-io/nats-server/v2@v2.15.2\n');
    expect(existsSync(`${path}.new`)).toBe(false);
  });

  test('that can not be had is asked for in words', async () => {
    await expect(ensure()).rejects.toThrow(
      /no NATS server on this machine: Go is not installed\. Install .*Go 1.26.*set NATS_URL/,
    );
  });
});
