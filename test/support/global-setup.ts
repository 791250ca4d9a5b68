import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { startBroker } from '../../start/mqtt-broker.ts';
import { freeInnerPort, innerPorts } from '../../start/ports.ts';
import { livePostmaster } from '../../start/postgres/postmaster-pid.ts';
import { startPostgres } from '../../start/postgres/postgres-server.ts';
import { openChildren } from '../../start/process/children.ts';
import { endProcess } from '../../start/process/end-process.ts';
import { takePidLock } from '../../start/process/pid-lock.ts';
import { humanReport } from '../../start/report.ts';
import { ensureTemporalBinary } from '../../start/temporal/temporal-binary.ts';
import { startTemporal } from '../../start/temporal/temporal-server.ts';

const PREFIX = 'almanac-test-';
const root = new URL('../..', import.meta.url).pathname;

/** Starts, once for a run of tests, the real servers that they share, and bundles the workflows. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await endAbandoned();
  const home = mkdtempSync(join(tmpdir(), PREFIX));
  takePidLock(join(home, 'lock'));
  const [postgres, temporal, broker] = await Promise.all([
    testPostgres(home),
    testTemporal(home),
    startBroker({ host: '127.0.0.1', port: await freeInnerPort() }),
    promisify(execFile)(process.execPath, ['start/bootstrap/build-workflows.mjs'], { cwd: root }),
  ]);
  project.provide('databaseUrl', postgres.url);
  project.provide('temporalAddress', temporal.address);
  project.provide('mqttUrl', `mqtt://127.0.0.1:${broker.port}`);
  project.provide('workflowBundle', join(root, 'dist', 'workflows.js'));
  return async () => {
    await broker.close();
    await Promise.all([temporal.stop(), postgres.stop()]);
    rmSync(home, { recursive: true, force: true });
  };
}

/** Without fsync: these data needn't outlive the machine, and tests write much. */
async function testPostgres(home: string) {
  const place = { home, port: await freeInnerPort(), logFile: join(home, 'postgres.log'), database: 'postgres' };
  return startPostgres({ ...place, settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } });
}

async function testTemporal(home: string) {
  const report = humanReport((line) => console.log(line));
  const binary = await ensureTemporalBinary({ env: process.env, report, entry: join(root, 'dist', 'main.js') });
  const ports = await innerPorts(['temporal', 'temporalUi', 'temporalHttp', 'temporalMetrics'], {});
  const children = openChildren(join(home, 'children.json'));
  const server = await startTemporal({ binary, ports, logFile: join(home, 'temporal.log'), children });
  return { ...server, address: `127.0.0.1:${ports.temporal}` };
}

/** Ends the servers of a run that was killed: its folder is there, and nobody holds its lock. */
async function endAbandoned(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const home = join(tmpdir(), name);
    const lock = takePidLock(join(home, 'lock'));
    if (!lock.held) continue;
    const postmaster = livePostmaster(join(home, 'postgres'));
    if (postmaster) await endProcess(postmaster.pid, postmaster.identity, 5_000);
    const temporal = openChildren(join(home, 'children.json')).leftover('temporal');
    if (temporal) await endProcess(temporal.pid, temporal.identity, 5_000);
    rmSync(home, { recursive: true, force: true });
  }
}
