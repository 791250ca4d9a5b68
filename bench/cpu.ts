import { readdirSync, readFileSync } from 'node:fs';

/** `sysconf(_SC_CLK_TCK)`: 100 on every Linux that Node runs on (proc(5), "stat"). */
const MS_PER_TICK = 10;

interface Stat {
  readonly parent: number;
  readonly ownTicks: number;
  /** Of children that ended and were waited for. */
  readonly endedTicks: number;
}

/** CPU time in ms, user and system, that a process and its children have spent since they began; 0 without /proc. */
export function cpuMs(pid: number): number {
  const all = allStats();
  return ticksOf(pid, all) * MS_PER_TICK;
}

function ticksOf(pid: number, all: ReadonlyMap<number, Stat>): number {
  const own = all.get(pid);
  if (own === undefined) return 0;
  const children = [...all].filter(([, stat]) => stat.parent === pid);
  return children.reduce((sum, [child]) => sum + ticksOf(child, all), own.ownTicks + own.endedTicks);
}

function allStats(): Map<number, Stat> {
  const stats = new Map<number, Stat>();
  for (const pid of pids()) {
    const stat = statOf(pid);
    if (stat !== null) stats.set(pid, stat);
  }
  return stats;
}

function pids(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function statOf(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold spaces; after it come state (field 3) and the parent (field 4).
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const field = (number: number) => fields[number - 3] ?? 0;
    return { parent: field(4), ownTicks: field(14) + field(15), endedTicks: field(16) + field(17) };
  } catch {
    return null;
  }
}
