import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { commandOf } from './process/process-identity.ts';

export interface PortHolder {
  pid: number;
  command: string;
}

const LISTENING = '0A';

/** The process that listens on a TCP port of this machine, as far as this user may see it. */
export function portHolder(port: number): PortHolder | undefined {
  const pid = (process.platform === 'linux' ? pidFromProc(port) : undefined) ?? pidFromLsof(port);
  return pid === undefined ? undefined : { pid, command: commandOf(pid).slice(0, 120) };
}

/** What stands in the way, and what to change. */
export function takenPortMessage(port: number, variable: string, holder: PortHolder | undefined): string {
  const who = holder ? `pid ${holder.pid} (${holder.command})` : "a process that this user can't see";
  return `port ${port} is taken by ${who}: stop it, or set ${variable} to another port`;
}

function pidFromProc(port: number): number | undefined {
  const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeningInodes(table, port)));
  if (inodes.size === 0) return undefined;
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.find((pid) => socketInodes(pid).some((inode) => inodes.has(inode)));
}

function listeningInodes(table: string, port: number): string[] {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  return attempt(() => readFileSync(table, 'utf8').split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(`:${hexPort}`) && fields[3] === LISTENING)
    .flatMap((fields) => fields[9] ?? []);
}

function socketInodes(pid: number): string[] {
  return attempt(() => readdirSync(`/proc/${pid}/fd`)).flatMap((descriptor) => {
    const target = attempt(() => [readlinkSync(`/proc/${pid}/fd/${descriptor}`)])[0];
    return target?.startsWith('socket:[') ? [target.slice('socket:['.length, -1)] : [];
  });
}

function pidFromLsof(port: number): number | undefined {
  const found = spawnSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t'], { encoding: 'utf8' });
  return Number(found.stdout?.split('\n')[0]) || undefined;
}

/** Processes come and go while /proc is read, and other users' are shut: what can't be read is not there. */
function attempt<T>(read: () => T[]): T[] {
  try {
    return read();
  } catch {
    return [];
  }
}
