import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { childEnding } from '../process/child-ending.ts';
import { describeEnding } from '../process/running-part.ts';
import type { BinaryOptions, Fetched } from './binary-source.ts';

/** What Go builds: a package with its version, the program that comes of it, what people call it, how long it takes. */
export interface GoProgram {
  readonly source: string;
  readonly program: string;
  readonly label: string;
  readonly takes: string;
}

const PROGRESS_EVERY_MS = 5_000;

/** Builds a program from its source with Go, and tells how far it is, as this takes a while. */
export async function goBuild(
  { source, program, label, takes }: GoProgram,
  folder: string,
  { env, report, stopping }: BinaryOptions,
): Promise<Fetched> {
  report.say(`building the ${label} with Go: about ${takes}, once`);
  const began = performance.now();
  const progress = { downloaded: 0, compiled: 0, last: '', trouble: [] as string[] };
  // A group of its own: Go's compilers are its children, and a Ctrl-C has to end them too.
  const child = spawn('go', ['install', '-v', source], {
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
  report.say(`built the ${label} in ${Math.round((performance.now() - began) / 1000)} s`);
  return { path: join(folder, program) };
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
