import { fork, type ChildProcess } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { NODE_FLAGS } from '../../start/process/node-flags.ts';
import { ended } from './ended.ts';
import { PROGRAM } from './program.ts';

export interface BenchChild {
  readonly pid: number;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

/**
 * Runs a TypeScript file of the bench in a process of its own, built and started as the product is: tsx would cost it a
 * tenth of its CPU. Resolves when it says that it is ready.
 */
export async function startChild(file: URL, argument: unknown): Promise<BenchChild> {
  const source = fileURLToPath(file);
  const program = join(dirname(PROGRAM), `bench-${basename(source, '.ts')}.js`);
  const format = { bundle: true, format: 'esm', platform: 'node', target: 'node20', packages: 'external' } as const;
  await build({ entryPoints: [source], outfile: program, sourcemap: true, logLevel: 'warning', ...format });
  const child = fork(program, [JSON.stringify(argument)], { execArgv: [...NODE_FLAGS] });
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
