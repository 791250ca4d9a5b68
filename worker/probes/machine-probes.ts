import { execFile } from 'node:child_process';
import { readFile, statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import { promisify } from 'node:util';
import type { Probe } from '../../activities/deps.ts';

const GB = 1_073_741_824;
/** Shares that are free: below the first all is about to stop, below the second somebody should look. */
const CRITICAL = 0.02;
const LOW = 0.1;
const run = promisify(execFile);

/** Whether a folder can still be written to for long. */
export function diskProbe(name: string, folder: string): Probe {
  return {
    name: `disk ${name}`,
    part: 'storage',
    async look() {
      const { bavail, blocks, bsize } = await statfs(folder);
      return free(`${folder} has`, bavail * bsize, blocks * bsize);
    },
  };
}

export function memoryProbe(): Probe {
  return {
    name: 'memory',
    part: 'storage',
    async look() {
      // What Linux would give to a program that asks: free memory alone leaves out its caches.
      const text = await readFile('/proc/meminfo', 'utf8').catch(() => '');
      const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1];
      return free('the machine has', kilobytes === undefined ? freemem() : Number(kilobytes) * 1024, totalmem());
    },
  };
}

function free(who: string, bytes: number, of: number): { verdict: 'ok' | 'warning' | 'failed'; detail: string } {
  const share = of === 0 ? 0 : bytes / of;
  const detail = `${who} ${(bytes / GB).toFixed(1)} of ${(of / GB).toFixed(1)} GB free (${Math.round(share * 100)} %)`;
  if (share < CRITICAL) return { verdict: 'failed', detail };
  return { verdict: share < LOW ? 'warning' : 'ok', detail };
}

/** Programs that know whether the clock is kept, and how to read their answers. */
const CLOCKS = [
  {
    program: 'timedatectl',
    args: ['show', '--property=NTPSynchronized', '--value'],
    synchronised: (said: string) => said.trim() === 'yes',
  },
  {
    program: 'chronyc',
    args: ['-n', 'tracking'],
    synchronised: (said: string) => /^Leap status\s*:\s*Normal/m.test(said),
  },
];

/** Fire times are only as right as the clock. Where nothing on the machine knows, it says so. */
export function timeSyncProbe(): Probe {
  return {
    name: 'time sync',
    part: 'network',
    async look(signal) {
      for (const { program, args, synchronised } of CLOCKS) {
        const said = await run(program, args, { signal }).then(
          ({ stdout }) => stdout,
          () => null,
        );
        signal.throwIfAborted();
        if (said === null) continue;
        const kept = synchronised(said);
        return {
          verdict: kept ? 'ok' : 'warning',
          detail: `${program} says ${kept ? 'synchronised' : 'not synchronised'}`,
        };
      }
      return { verdict: 'unknown', detail: 'neither timedatectl nor chronyc answers here' };
    },
  };
}
