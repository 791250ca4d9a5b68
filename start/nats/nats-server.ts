import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { childEnding, peek } from '../process/child-ending.ts';
import type { Children } from '../process/children.ts';
import { endProcess, goneProcess, signalPid } from '../process/end-process.ts';
import { logSince, logSize, withLogFile } from '../process/log-file.ts';
import { pidsWithArgument, processIdentity } from '../process/process-identity.ts';
import { describeEnding, type Ending, type RunningPart, runningPart } from '../process/running-part.ts';

export interface NatsServerOptions {
  binary: string;
  port: number;
  /** Where JetStream keeps its streams. */
  storeFolder: string;
  logFile: string;
  /** Where its process is written down, so that the next start can adopt it. */
  children?: Children;
  stopping?: AbortSignal;
}

const NAME = 'nats';
/** JetStream reads its streams first. */
const LONGEST_START_MS = 60_000;
const GRACE_MS = 10_000;
const GREETING_WITHIN_MS = 2_000;

/** Starts the server, or adopts the one that an earlier start left with the same arguments; resolves when it answers. */
export async function startNatsServer(options: NatsServerOptions): Promise<RunningPart> {
  const args = natsArguments(options);
  return (await adopt(options, args)) ?? (await launch(options, args));
}

/** Whether a server that can be adopted on this port runs: then it is not free, and rightly so. */
export function canAdoptNats(options: Pick<NatsServerOptions, 'port' | 'storeFolder' | 'children'>): boolean {
  return options.children?.leftover(NAME)?.command === natsArguments(options).join(' ');
}

function natsArguments({ port, storeFolder }: Pick<NatsServerOptions, 'port' | 'storeFolder'>): string[] {
  const listen = ['--addr', '127.0.0.1', '--port', String(port)];
  return ['--name', serverName(storeFolder), ...listen, '--jetstream', '--store_dir', storeFolder];
}

/** By which ours is told from another that holds the port. */
function serverName(storeFolder: string): string {
  return `almanac-${createHash('sha256').update(storeFolder).digest('hex').slice(0, 12)}`;
}

async function adopt(options: NatsServerOptions, args: string[]): Promise<RunningPart | undefined> {
  const left = options.children?.leftover(NAME);
  if (left?.command === args.join(' ')) {
    const ended = goneProcess(left.pid, left.identity);
    if (await answersInTime(options, ended)) return part(options, left.pid, ended, `, adopted, pid ${left.pid}`);
  }
  if (left) await endProcess(left.pid, left.identity, GRACE_MS);
  // Two servers on one store would spoil it: one that was launched but never written down is ended too.
  for (const pid of pidsWithArgument(options.storeFolder)) {
    const identity = processIdentity(pid);
    if (identity !== undefined) await endProcess(pid, identity, GRACE_MS);
  }
  return undefined;
}

async function launch(options: NatsServerOptions, args: string[]): Promise<RunningPart> {
  options.stopping?.throwIfAborted();
  const logFrom = logSize(options.logFile);
  const child = withLogFile(options.logFile, (log) =>
    spawn(options.binary, args, { detached: true, stdio: ['ignore', log, log] }),
  );
  const pid = child.pid ?? 0;
  if (child.pid !== undefined) options.children?.remember(NAME, pid, args.join(' '));
  const ended = childEnding(child);
  if (await answersInTime(options, ended)) return part(options, pid, ended, '');
  child.kill('SIGTERM');
  const how = describeEnding(await ended);
  options.stopping?.throwIfAborted();
  const said = logSince(options.logFile, logFrom, 5);
  throw new Error(`the NATS server did not come up (it ${how}); ${options.logFile} says:\n${said}`);
}

async function answersInTime(options: NatsServerOptions, ended: Promise<Ending>): Promise<boolean> {
  const ending = peek(ended);
  for (const since = performance.now(); performance.now() - since < LONGEST_START_MS;) {
    if (ending() || options.stopping?.aborted) return false;
    if (await greets(options)) return true;
    await sleep(30);
  }
  return false;
}

/** A NATS server speaks first: `INFO {…}`, with its name. */
function greets({ port, storeFolder }: NatsServerOptions): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const settle = (greeted: boolean) => {
      socket.destroy();
      resolve(greeted);
    };
    socket.setTimeout(GREETING_WITHIN_MS, () => settle(false));
    socket.once('error', () => settle(false));
    socket.once('close', () => settle(false));
    socket.once('data', (chunk: Buffer) => settle(chunk.toString('latin1').includes(serverName(storeFolder))));
  });
}

function part(options: NatsServerOptions, pid: number, ended: Promise<Ending>, note: string): RunningPart {
  const signals = { stopSignal: 'SIGTERM', killSignal: 'SIGKILL', graceMs: GRACE_MS } as const;
  const detail = `NATS server with JetStream on 127.0.0.1:${options.port}${note}`;
  return runningPart({ pid, detail, ended, signal: (name) => signalPid(pid, name), ...signals });
}
