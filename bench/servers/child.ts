import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ended } from './ended.ts';

export interface BenchChild {
  readonly pid: number;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

/** Runs a TypeScript file of the bench in a process of its own; resolves when it says that it is ready. */
export async function startChild(file: URL, argument: unknown): Promise<BenchChild> {
  const execArgv = ['--import', import.meta.resolve('tsx'), '--enable-source-maps'];
  const child = fork(fileURLToPath(file), [JSON.stringify(argument)], { execArgv });
  await ready(child);
  return { pid: child.pid ?? 0, process: child, stop: () => ended(child, 'SIGTERM') };
}

export function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: { type?: string }) => {
      if (message.type === 'ready') resolve();
    });
    child.once('exit', (code) =>
      reject(new Error(`A process of the bench ended with code ${code} before it was ready`)),
    );
  });
}
