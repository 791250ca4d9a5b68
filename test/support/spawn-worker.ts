import { spawn } from 'node:child_process';
import type { TestEngine } from './engine.ts';
import { temporalAddress, workflowBundle } from './servers.ts';
import { until } from './until.ts';
import type { WorkerProcessInput } from './worker-process.ts';

export interface SpawnedWorker {
  /** What it has written so far. */
  said(): string;
  /** As by kill -9; resolves when it is dead. */
  kill(): Promise<void>;
}

/** Starts a worker in a process of its own; resolves when it is ready. Publishes to `silentTopics` are never answered. */
export async function spawnWorker(engine: TestEngine, silentTopics: readonly string[]): Promise<SpawnedWorker> {
  const input: WorkerProcessInput = {
    databaseUrl: engine.databaseUrl,
    temporalAddress: temporalAddress(),
    namespace: engine.namespace,
    bundle: workflowBundle(),
    instanceId: 'the worker that dies',
    silentTopics,
  };
  const script = new URL('./worker-process.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(input)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  await until('the worker is ready', () => text.includes('ready')).catch(async (error: unknown) => {
    await kill();
    throw error;
  });
  return { said: () => text, kill };
}
