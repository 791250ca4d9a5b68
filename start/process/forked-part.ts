import { fork } from 'node:child_process';
import { childEnding } from './child-ending.ts';
import type { Children } from './children.ts';
import { NODE_FLAGS } from './node-flags.ts';
import { describeEnding, type RunningPart, runningPart } from './running-part.ts';

/** A step on the way to being ready. */
export interface PartStep {
  name: string;
  detail: string;
  tookMs: number;
}

/** What a forked part tells the start: the steps that it has done, and at last that it is ready. */
export type PartMessage = ({ type: 'step' } & PartStep) | { type: 'ready'; detail: string };

export interface ForkOptions {
  name: string;
  /** The entry point, and what it is given to do. */
  entry: string;
  command: string[];
  env: NodeJS.ProcessEnv;
  graceMs: number;
  children: Children;
  stopping: AbortSignal;
  onStep?: (step: PartStep) => void;
}

/** Starts one of our own Node processes, in a process group of its own, and waits until it says that it is ready. */
export async function forkPart(options: ForkOptions): Promise<RunningPart> {
  const { entry, command, env, stopping } = options;
  stopping.throwIfAborted();
  const child = fork(entry, command, { detached: true, env, execArgv: [...process.execArgv, ...NODE_FLAGS] });
  const pid = child.pid ?? 0;
  if (child.pid !== undefined) options.children.remember(options.name, pid, command.join(' '));
  const ended = childEnding(child);
  const giveUp = () => void child.kill('SIGTERM');
  stopping.addEventListener('abort', giveUp, { once: true });
  const detail = await new Promise<string>((resolve, reject) => {
    child.on('message', (message: PartMessage) => {
      if (message.type === 'ready') resolve(message.detail);
      else options.onStep?.(message);
    });
    void ended.then((ending) => reject(new Error(`${options.name} ${describeEnding(ending)} before it was ready`)));
  }).finally(() => stopping.removeEventListener('abort', giveUp));
  const signals = { stopSignal: 'SIGTERM', killSignal: 'SIGKILL', graceMs: options.graceMs } as const;
  return runningPart({ pid, detail, ended, signal: (name) => void child.kill(name), ...signals });
}
