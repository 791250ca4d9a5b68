import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { childEnding } from '../process/child-ending.ts';
import type { Fetched } from '../binaries/binary-source.ts';
import type { TemporalSourceOptions } from './temporal-source.ts';

export const TEMPORAL_RELEASE = 'v1.5.1';
const LOOK_EVERY_MS = 1_000;
/** No byte for this long means that there is no internet, whatever the download still hopes for. */
const SILENCE_MS = 8_000;

/**
 * Gets the official release by the Temporal SDK's own download, in a process that can be ended: where there is no
 * internet it fails at once, or after some seconds without a byte.
 */
export async function downloadTemporal(folder: string, options: TemporalSourceOptions): Promise<Fetched> {
  const { entry, env, report, stopping } = options;
  report.say(`getting the Temporal server ${TEMPORAL_RELEASE}`);
  const child = spawn(process.execPath, [...process.execArgv, entry, 'download-temporal', folder], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  let [size, silentMs] = [0, 0];
  const timer = setInterval(() => {
    const now = folderSize(folder);
    silentMs = now > size ? 0 : silentMs + LOOK_EVERY_MS;
    if (now > size) report.say(`  ${Math.round(now / 1_000_000)} MB`, { bytes: now });
    size = now;
    if (silentMs >= SILENCE_MS || stopping?.aborted) child.kill('SIGKILL');
  }, LOOK_EVERY_MS);
  const ending = await childEnding(child);
  clearInterval(timer);
  const file = readdirSync(folder)[0];
  if (ending.code === 0 && file !== undefined) return { path: join(folder, file) };
  const why = ending.signal
    ? `no byte for ${SILENCE_MS / 1000} s`
    : (said.trim().split('\n').at(-1) ?? '').slice(0, 200);
  report.say(`  not by download: ${why}`);
  return { problem: `its release can't be downloaded (${why})` };
}

function folderSize(folder: string): number {
  return readdirSync(folder).reduce(
    (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
