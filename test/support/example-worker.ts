import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { needsProgram } from './needs.ts';
import { until } from './until.ts';

const EXAMPLES = new URL('../../examples/', import.meta.url).pathname;
/** Installing asks a package registry, once for each state of an example. */
const INSTALL_WITHIN_MS = 600_000;

/** A worker of `examples/`, installed and started as its README says. */
export interface ExampleWorker {
  /** Everything that it has printed. */
  said(): string;
  stop(): Promise<void>;
}

export interface Place {
  readonly temporalAddress: string;
  readonly namespace: string;
  readonly taskQueue: string;
}

export async function startPythonWorker(context: TestContext, place: Place): Promise<ExampleWorker> {
  const python = needsProgram(context, 'python3', 'install Python 3.10 or later');
  const version = execFileSync(python, ['--version']).toString();
  const folder = installed('python-worker', version, (into) => {
    execFileSync(python, ['-m', 'venv', '.venv'], { cwd: into, timeout: INSTALL_WITHIN_MS });
    const install = ['install', '--quiet', '-r', 'requirements.txt'];
    execFileSync('.venv/bin/pip', install, { cwd: into, timeout: INSTALL_WITHIN_MS });
  });
  return started(join(folder, '.venv/bin/python'), ['worker.py'], folder, place);
}

export async function startJavaWorker(context: TestContext, place: Place): Promise<ExampleWorker> {
  const maven = needsProgram(context, 'mvn', 'install Maven and a JDK 17 or later');
  const java = needsProgram(context, 'java', 'install a JDK 17 or later');
  const folder = installed('java-worker', '', (into) => {
    execFileSync(maven, ['--quiet', '--batch-mode', 'package'], { cwd: into, timeout: INSTALL_WITHIN_MS });
  });
  const main = 'com.example.ChecksumWorker';
  return started(java, ['-cp', 'target/classes:target/lib/*', main], folder, place);
}

/** A copy of the example in the cache, made ready once: whatever changes in it makes another. */
function installed(name: string, salt: string, install: (folder: string) => void): string {
  const source = join(EXAMPLES, name);
  const hash = createHash('sha256').update(salt);
  for (const file of filesOf(source)) hash.update(file).update(readFileSync(join(source, file)));
  const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'almanac', 'examples');
  const folder = join(cache, `${name}-${hash.digest('hex').slice(0, 16)}`);
  const ready = join(folder, '.ready');
  if (existsSync(ready)) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of filesOf(source)) cpSync(join(source, file), join(folder, file));
  retried(() => install(folder));
  writeFileSync(ready, '');
  return folder;
}

/** A registry that refuses one download is asked again. */
function retried(install: () => void, tries = 3): void {
  try {
    install();
  } catch (error) {
    if (tries === 1) throw error;
    retried(install, tries - 1);
  }
}

/** What the example is made of, and not what somebody built in it. */
function filesOf(folder: string): string[] {
  const every = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = every.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const names = files.map((file) => file.slice(folder.length + 1));
  return names.filter((name) => !/^(target|\.venv|__pycache__)\//.test(name)).sort();
}

async function started(program: string, args: string[], folder: string, place: Place): Promise<ExampleWorker> {
  const { temporalAddress, namespace, taskQueue } = place;
  const env = { TEMPORAL_ADDRESS: temporalAddress, TEMPORAL_NAMESPACE: namespace, TASK_QUEUE: taskQueue };
  const child: ChildProcess = spawn(program, args, { cwd: folder, env: { ...process.env, ...env } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => (said += text.toString()));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await until('the worker serves', () => child.exitCode !== null || said.includes('serving "'));
  if (child.exitCode !== null) throw new Error(`The worker ended with ${child.exitCode}:\n${said}`);
  return {
    said: () => said,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
