import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { innerPorts } from '../../start/ports.ts';
import { openChildren } from '../../start/process/children.ts';
import { processIdentity } from '../../start/process/process-identity.ts';
import { humanReport } from '../../start/report.ts';
import { ensureTemporalBinary } from '../../start/temporal/temporal-binary.ts';
import { SEARCH_ATTRIBUTES } from '../../start/temporal/temporal-flags.ts';
import { startTemporal, type TemporalOptions } from '../../start/temporal/temporal-server.ts';
import { abandon } from '../support/abandon.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

type Options = TemporalOptions & { databaseFile: string };

let binary: string;
let folder: string;
let options: Options;

beforeAll(async () => {
  const report = humanReport((line) => console.log(line));
  binary = await ensureTemporalBinary({ env: process.env, report, entry: 'dist/main.js' });
});

beforeEach(async () => {
  folder = tempFolder('temporal-');
  const ports = await innerPorts(['temporal', 'temporalUi', 'temporalHttp', 'temporalMetrics'], {});
  options = { binary, ports, logFile: join(folder, 'log'), databaseFile: join(folder, 'temporal.db') };
});

/** A fresh reading of what was launched, as the next start makes it. */
const withChildren = (given: Options): Options => ({ ...given, children: openChildren(join(folder, 'children.json')) });

async function started(given: Options) {
  const part = await startTemporal(given);
  onTestFinished(() => part.stop());
  return part;
}

async function clientOf({ ports, namespace = 'default' }: Options): Promise<Client> {
  const connection = await Connection.connect({ address: `127.0.0.1:${ports.temporal}` });
  onTestFinished(() => connection.close());
  return new Client({ connection, namespace });
}

/** Leaves behind what a start launches that is killed right after. */
async function abandonServer(given: Options): Promise<number> {
  await abandon(`
    import { startTemporal } from 'start/temporal/temporal-server.ts';
    import { openChildren } from 'start/process/children.ts';
    const children = openChildren(${JSON.stringify(join(folder, 'children.json'))});
    await startTemporal({ ...${JSON.stringify(given)}, children });
  `);
  const left = openChildren(join(folder, 'children.json')).leftover('temporal');
  if (!left) throw new Error('the server was not written down');
  return left.pid;
}

test('it answers with our search attributes, and its Web UI is there', async () => {
  await started(options);
  const client = await clientOf(options);
  const { customAttributes } = await client.connection.operatorService.listSearchAttributes({ namespace: 'default' });
  expect(Object.keys(customAttributes)).toEqual(expect.arrayContaining(Object.keys(SEARCH_ATTRIBUTES)));
  const ui = `http://127.0.0.1:${options.ports.temporalUi}/`;
  await until('its Web UI is there', async () => (await statusOf(ui)) === 200);
});

test('another namespace than the default is made at the start', async () => {
  const given = { ...options, namespace: 'house' };
  await started(given);
  const client = await clientOf(given);
  const { namespaceInfo } = await client.workflowService.describeNamespace({ namespace: 'house' });
  expect(namespaceInfo?.name).toBe('house');
});

test('what was started survives a kill -9 of the server', async () => {
  const first = await startTemporal(options);
  const before = await clientOf(options);
  await before.workflow.start('waits', { taskQueue: 'nobody', workflowId: 'kept' });
  process.kill(first.pid, 'SIGKILL');
  expect(await first.ended).toEqual({ code: null, signal: 'SIGKILL' });

  await started(options);
  const after = await clientOf(options);
  expect((await after.workflow.getHandle('kept').describe()).status.name).toBe('RUNNING');
});

test('what a killed start left running is adopted', async () => {
  const pid = await abandonServer(options);
  const part = await started(withChildren(options));
  expect(part.pid).toBe(pid);
  expect(part.detail).toContain(`adopted, pid ${pid}`);
  await part.stop();
  expect(processIdentity(pid)).toBeUndefined();
});

test('a server left on the same file with other arguments is ended before the new one starts', async () => {
  const pid = await abandonServer(options);
  const ports = await innerPorts(['temporal', 'temporalUi', 'temporalHttp', 'temporalMetrics'], {});
  const part = await started(withChildren({ ...options, ports }));
  expect(part.pid).not.toBe(pid);
  expect(processIdentity(pid)).toBeUndefined();
});

test('a server on the same file that was never written down is ended before the new one starts', async (context) => {
  if (process.platform !== 'linux') context.skip('it needs /proc, to see the arguments of other processes');
  const pid = await abandonServer(options);
  const part = await started(options);
  expect(part.pid).not.toBe(pid);
  expect(processIdentity(pid)).toBeUndefined();
});

test('a start that can not succeed ends with what the server says', async () => {
  const databaseFile = join(folder, 'no such folder', 'temporal.db');
  await expect(startTemporal({ ...options, databaseFile })).rejects.toThrow(/did not come up[^]*says:\n.*database/);
});

test('a start that is called off leaves nothing running', async () => {
  const stopping = new AbortController();
  const starting = startTemporal({ ...withChildren(options), stopping: stopping.signal });
  stopping.abort(new Error('called off'));
  await expect(starting).rejects.toThrow('called off');
  expect(openChildren(join(folder, 'children.json')).leftover('temporal')).toBeUndefined();
});

async function statusOf(url: string): Promise<number> {
  return fetch(url).then(
    (answer) => answer.status,
    () => 0,
  );
}
