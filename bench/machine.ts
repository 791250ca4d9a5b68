import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';

/** The machine as what it is, in one line: figures mean little without it. */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? '';
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  const processor = model === '' || model === 'unknown' ? arch() : model;
  return (
    `${availableParallelism()} cores (${processor}), ${gigabytes} GB of memory, ` +
    `${platform()} ${release()}, Node ${process.version}`
  );
}

/** How busy the machine is before anything is measured, or null where the system does not say. */
export function loadAverage(): number | null {
  try {
    return Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[0]);
  } catch {
    return null;
  }
}
