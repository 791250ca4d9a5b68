import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const onLinux = process.platform === 'linux';

/**
 * What tells a process from a later one with the same pid: the instant of its start, as the system counts it.
 * `undefined` when there is no such process, or only its zombie.
 */
export function processIdentity(pid: number): string | undefined {
  return onLinux ? linuxIdentity(pid) : psIdentity(pid);
}

/** The command line of a process, or '' when it cannot be seen. */
export function commandOf(pid: number): string {
  if (!onLinux) return ps(pid, 'command=');
  return argumentsOf(pid).join(' ');
}

/** The pids whose command line holds `argument` as one whole argument. Linux only: elsewhere none are found. */
export function pidsWithArgument(argument: string): number[] {
  if (!onLinux) return [];
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.filter((pid) => argumentsOf(pid).includes(argument));
}

function linuxIdentity(pid: number): string | undefined {
  const stat = readProc(`${pid}/stat`);
  if (!stat) return undefined;
  // proc(5): the name in brackets may hold spaces and brackets itself; then state is field 3, starttime field 22.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, started] = [fields[0], fields[19]];
  if (state === 'Z' || state === 'X' || !started) return undefined;
  return `${readProc('sys/kernel/random/boot_id')?.trim() ?? ''}:${started}`;
}

function psIdentity(pid: number): string | undefined {
  const line = ps(pid, 'stat=,lstart=');
  return line === '' || line.startsWith('Z') ? undefined : line.slice(line.indexOf(' ')).trim();
}

function ps(pid: number, format: string): string {
  return spawnSync('ps', ['-o', format, '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() ?? '';
}

function argumentsOf(pid: number): string[] {
  return readProc(`${pid}/cmdline`)?.split('\0').filter(Boolean) ?? [];
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return undefined;
  }
}
