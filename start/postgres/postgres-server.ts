import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Account, ordinaryOwner, postgresAccount } from './account.ts';
import { childEnding, peek } from '../process/child-ending.ts';
import { goneProcess, signalPid } from '../process/end-process.ts';
import { logSince, logSize, withLogFile } from '../process/log-file.ts';
import { type PostgresBinaries, postgresBinaries } from './postgres-binaries.ts';
import { answeringPostgres, ensureDatabase, postgresUrl } from './postgres-connect.ts';
import { ensureCluster, POSTGRES_USER, postgresDataFolder, postgresPassword } from './postgres-data.ts';
import { postgresArguments } from './postgres-settings.ts';
import { type LivePostmaster, livePostmaster } from './postmaster-pid.ts';
import { describeEnding, type Ending, type RunningPart, runningPart } from '../process/running-part.ts';

export interface PostgresOptions {
  /** The folder that holds the password, and the data where Postgres' user can reach it. */
  home: string;
  port: number;
  logFile: string;
  database: string;
  settings?: Record<string, string>;
  stopping?: AbortSignal;
}

export interface PostgresPart extends RunningPart {
  port: number;
  url: string;
}

interface Cluster {
  options: PostgresOptions;
  folder: string;
  binaries: PostgresBinaries;
  account: Account | undefined;
  urlAt(port: number, database: string): string;
}

const FAST_SHUTDOWN_MS = 20_000;
const RETRY_MS = 250;
const RETRIES = 40;
/** What Postgres says while the children of a killed postmaster still live (LIBRARIES.md section 3, point 4). */
const STILL_DYING = /lock file "postmaster.pid" already exists|pre-existing shared memory block/;

/**
 * Starts Postgres on the data of a home, or adopts the one that still runs on it; resolves when it answers and the
 * database exists. An adopted one keeps the port that it has.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresPart> {
  const cluster = await prepareCluster(options);
  for (let tries = 0; ; tries++) {
    const live = livePostmaster(cluster.folder);
    const part = live ? await adopt(cluster, live) : await launch(cluster, tries < RETRIES);
    if (part) {
      await ensureDatabase(cluster.urlAt(part.port, 'postgres'), options.database).catch(async (error: unknown) => {
        await part.stop();
        throw error;
      });
      return part;
    }
    await sleep(RETRY_MS);
  }
}

async function prepareCluster(options: PostgresOptions): Promise<Cluster> {
  const preferred = postgresAccount();
  const folder = postgresDataFolder(options.home, preferred);
  const account = preferred && (ordinaryOwner(folder) ?? preferred);
  const binaries = postgresBinaries(account);
  const password = postgresPassword(options.home);
  await ensureCluster(folder, { binaries, account, password });
  const urlAt = (port: number, database: string) => postgresUrl({ port, user: POSTGRES_USER, password, database });
  return { options, folder, binaries, account, urlAt };
}

async function adopt(cluster: Cluster, live: LivePostmaster): Promise<PostgresPart | undefined> {
  const ended = goneProcess(live.pid, live.identity);
  const ending = peek(ended);
  if (live.stopping) await ended;
  try {
    await answeringPostgres(cluster.urlAt(live.port, 'postgres'), () => {
      cluster.options.stopping?.throwIfAborted();
      if (ending()) throw new Gone();
    });
  } catch (error) {
    if (error instanceof Gone) return undefined;
    throw error;
  }
  return part(cluster, { ...live, ended, note: `adopted, pid ${live.pid}` });
}

async function launch(cluster: Cluster, mayRetry: boolean): Promise<PostgresPart | undefined> {
  const { options, folder, binaries, account } = cluster;
  const logFrom = logSize(options.logFile);
  const child = withLogFile(options.logFile, (log) =>
    spawn(binaries.postgres, postgresArguments(folder, { port: options.port, more: options.settings ?? {} }), {
      ...account,
      cwd: '/',
      detached: true,
      stdio: ['ignore', log, log],
    }),
  );
  const ended = childEnding(child);
  const ending = peek(ended);
  try {
    await answeringPostgres(cluster.urlAt(options.port, 'postgres'), () => {
      options.stopping?.throwIfAborted();
      if (ending()) throw new Gone();
    });
  } catch (error) {
    child.kill('SIGINT');
    const how = await ended;
    if (!(error instanceof Gone)) throw error;
    const said = logSince(options.logFile, logFrom, 5);
    if (mayRetry && STILL_DYING.test(said)) return undefined;
    throw new Error(`Postgres ${describeEnding(how)} at its start; ${options.logFile} says:\n${said}`);
  }
  return part(cluster, { pid: child.pid ?? 0, port: options.port, ended, note: `data in ${folder}` });
}

function part(
  cluster: Cluster,
  process: { pid: number; port: number; ended: Promise<Ending>; note: string },
): PostgresPart {
  const { pid, port, ended, note } = process;
  const detail = `PostgreSQL ${cluster.binaries.version.split('.', 2).join('.')} on 127.0.0.1:${port} (${note})`;
  // SIGINT is Postgres' fast shutdown, SIGQUIT its immediate one; SIGKILL would leave its children behind.
  const signals = { stopSignal: 'SIGINT', killSignal: 'SIGQUIT', graceMs: FAST_SHUTDOWN_MS } as const;
  const running = runningPart({ pid, detail, ended, signal: (name) => signalPid(pid, name), ...signals });
  return { ...running, port, url: cluster.urlAt(port, cluster.options.database) };
}

class Gone extends Error {}
