import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { childEnding, peek } from '../process/child-ending.ts';
import type { Children } from '../process/children.ts';
import { endProcess, goneProcess, signalPid } from '../process/end-process.ts';
import { logSince, logSize, withLogFile } from '../process/log-file.ts';
import { commandOf, pidsWithArgument, processIdentity } from '../process/process-identity.ts';
import { describeEnding, type Ending, type RunningPart, runningPart } from '../process/running-part.ts';
import { SEARCH_ATTRIBUTES, temporalArguments, type TemporalPorts } from './temporal-flags.ts';

export interface TemporalOptions {
  binary: string;
  ports: TemporalPorts;
  logFile: string;
  /** Absent: the state lives in memory. */
  databaseFile?: string;
  namespace?: string | undefined;
  /** Where its process is written down, so that the next start can adopt it. */
  children?: Children;
  stopping?: AbortSignal;
  /** Hears once that the server takes longer than usual. */
  onSlow?: (message: string) => void;
}

const NAME = 'temporal';
/** After a kill -9 it may need 1–10 s: "wait up to 60 s, say so after 5" (LIBRARIES.md section 4). */
const LONGEST_START_MS = 60_000;
const SLOW_AFTER_MS = 5_000;
const GRACE_MS = 10_000;

/** Starts the server, or adopts the one that an earlier start left with the same arguments; resolves when it answers. */
export async function startTemporal(options: TemporalOptions): Promise<RunningPart> {
  const args = temporalArguments(options);
  return (await adoptTemporal(options, args)) ?? (await launchTemporal(options, args));
}

/** Whether a server that can be adopted with these ports runs: then they are not free, and rightly so. */
export function canAdoptTemporal(
  options: Pick<TemporalOptions, 'ports' | 'databaseFile' | 'namespace' | 'children'>,
): boolean {
  return options.children?.leftover(NAME)?.command === temporalArguments(options).join(' ');
}

async function adoptTemporal(options: TemporalOptions, args: string[]): Promise<RunningPart | undefined> {
  const left = options.children?.leftover(NAME);
  if (left?.command === args.join(' ')) {
    const ended = goneProcess(left.pid, left.identity);
    if (await answersInTime(options, ended)) return part(options, left.pid, ended, `, adopted, pid ${left.pid}`);
  }
  if (left) await endProcess(left.pid, left.identity, GRACE_MS);
  await endStrangers(options.databaseFile);
  return undefined;
}

/** Two servers on one file would spoil it: one that was launched but never written down is ended too. */
async function endStrangers(databaseFile: string | undefined): Promise<void> {
  if (databaseFile === undefined) return;
  for (const pid of pidsWithArgument(databaseFile)) {
    const identity = processIdentity(pid);
    if (identity !== undefined && commandOf(pid).includes('start-dev')) await endProcess(pid, identity, GRACE_MS);
  }
}

async function launchTemporal(options: TemporalOptions, args: string[]): Promise<RunningPart> {
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
  throw new Error(`the Temporal server did not come up (it ${how}); ${options.logFile} says:\n${said}`);
}

async function answersInTime(options: TemporalOptions, ended: Promise<Ending>): Promise<boolean> {
  const ending = peek(ended);
  let told = false;
  for (const since = performance.now(); performance.now() - since < LONGEST_START_MS;) {
    if (ending() || options.stopping?.aborted) return false;
    if (await answers(options)) return true;
    if (!told && performance.now() - since > SLOW_AFTER_MS) {
      options.onSlow?.('the Temporal server is still reading its state, as it may after a crash; waiting up to 60 s');
      told = true;
    }
    await sleep(30);
  }
  return false;
}

/** Ready means that the namespace has our search attributes: the server registers them last. */
async function answers(options: TemporalOptions): Promise<boolean> {
  const namespace = encodeURIComponent(options.namespace ?? 'default');
  const url = `http://127.0.0.1:${options.ports.temporalHttp}/api/v1/namespaces/${namespace}/search-attributes`;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2000) });
    if (!answer.ok) return false;
    const { customAttributes } = (await answer.json()) as { customAttributes?: Record<string, string> };
    return Object.keys(SEARCH_ATTRIBUTES).every((name) => customAttributes && name in customAttributes);
  } catch {
    return false;
  }
}

function part(options: TemporalOptions, pid: number, ended: Promise<Ending>, note: string): RunningPart {
  const signals = { stopSignal: 'SIGTERM', killSignal: 'SIGKILL', graceMs: GRACE_MS } as const;
  const detail = `Temporal server on 127.0.0.1:${options.ports.temporal}${note}`;
  return runningPart({ pid, detail, ended, signal: (name) => signalPid(pid, name), ...signals });
}
