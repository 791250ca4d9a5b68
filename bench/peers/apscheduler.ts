import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readEnvironment } from '../../start/env.ts';
import { runPeer, runTool, type PeerResult } from './peer.ts';

const FOLDER = fileURLToPath(new URL('apscheduler', import.meta.url));
const THREADS = 50;

/** APScheduler 3.11 with its jobs in Postgres, and a thread for each of our slots. */
export async function runApscheduler(
  url: string,
  load: { jobs: number; everySeconds: number; instants: number },
): Promise<PeerResult> {
  const python = await virtualEnvironment();
  if ('absent' in python) return python;
  const args = [join(FOLDER, 'peer.py'), '--url', url.replace(/^postgres:/, 'postgresql+psycopg2:')];
  const numbers = { jobs: load.jobs, every: load.everySeconds, instants: load.instants, threads: THREADS };
  const options = Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return { instants: await runPeer(python.path, [...args, ...options]) };
}

/** The Python of a virtual environment with what requirements.txt names, made once in the cache folder. */
async function virtualEnvironment(): Promise<{ path: string } | { absent: string }> {
  const requirements = join(FOLDER, 'requirements.txt');
  const version = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const cache = readEnvironment([]).values['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const folder = join(cache, 'almanac', `bench-apscheduler-${version}`);
  const path = join(folder, 'bin', 'python');
  if (existsSync(path)) return { path };
  const made = await runTool('python3', ['-m', 'venv', folder]);
  const installed = made.ok
    ? await runTool(path, ['-m', 'pip', 'install', '--quiet', '-r', requirements])
    : { ok: false, said: made.said };
  if (installed.ok) return { path };
  rmSync(folder, { recursive: true, force: true });
  const why = installed.said.trim().split('\n').at(-1) ?? '';
  return { absent: `APScheduler was not run: its packages can't be installed from PyPI here (${why}).` };
}
