import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { childEnding } from '../process/child-ending.ts';
import { describeEnding } from '../process/running-part.ts';
import type { Fetched, TemporalSourceOptions } from './temporal-source.ts';

/** Pinned: @latest does not install, because of a replace directive (LIBRARIES.md section 2). */
const SOURCE = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';
const PROGRESS_EVERY_MS = 5_000;

/** Builds the server from its source with Go, and tells how far it is, as this takes minutes. */
export async function buildTemporal(folder: string, options: TemporalSourceOptions): Promise<Fetched> {
  const { env, report, stopping } = options;
  report.say('building the Temporal server with Go: about 2 minutes, once');
  const began = performance.now();
  const progress = { downloaded: 0, compiled: 0, last: '', trouble: [] as string[] };
  // A group of its own: Go's compilers are its children, and a Ctrl-C has to end them too.
  const child = spawn('go', ['install', '-v', SOURCE], {
    cwd: folder,
    env: { ...env, GOBIN: folder },
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const giveUp = () => child.pid !== undefined && process.kill(-child.pid, 'SIGTERM');
  stopping?.addEventListener('abort', giveUp, { once: true });
  createInterface(child.stderr).on('line', (line) => count(line, progress));
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - began) / 1000);
    const { downloaded, compiled, last } = progress;
    const text = `  ${seconds} s: ${downloaded} modules downloaded, ${compiled} packages compiled${last && ` (${last})`}`;
    report.say(text, { seconds, downloaded, compiled });
  }, PROGRESS_EVERY_MS);
  const ending = await childEnding(child);
  clearInterval(timer);
  stopping?.removeEventListener('abort', giveUp);
  if (ending.problem) return { problem: 'Go is not installed' };
  if (ending.code !== 0)
    return { problem: `go install ${describeEnding(ending)}: ${progress.trouble.slice(-3).join(' / ')}` };
  report.say(`built the Temporal server in ${Math.round((performance.now() - began) / 1000)} s`);
  return { path: join(folder, 'temporal') };
}

function count(
  line: string,
  progress: { downloaded: number; compiled: number; last: string; trouble: string[] },
): void {
  if (line.startsWith('go: downloading ')) {
    progress.downloaded += 1;
    progress.last = line.split(' ')[2] ?? '';
  } else if (/^[\w./-]+$/.test(line)) {
    progress.compiled += 1;
    progress.last = line;
  } else {
    progress.trouble.push(line);
  }
}
