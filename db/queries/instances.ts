import { MAX_SLOT } from '../../domain/ids.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Executor, type Tx } from '../connect.ts';

/** A process of the service among the others. */
export interface Instance {
  readonly id: string;
  /** Its number among the live ones, 0–1023: part of the ids that it makes (domain/ids.ts). */
  readonly slot: number;
  readonly name: string;
  readonly host: string;
  readonly processId: number;
  readonly mode: string;
  readonly roles: readonly string[];
  readonly status: string;
  readonly version: string;
  readonly capacity: number;
  readonly load: number;
  readonly cpuPercent: number;
  readonly cpuPeakPercent: number;
  readonly memoryMb: number;
  readonly startedAt: Instant;
  readonly lastHeartbeat: Instant;
  readonly stoppedAt: Instant | null;
}

export interface NewInstance {
  readonly id: string;
  readonly name: string;
  readonly host: string;
  readonly processId: number;
  /** What tells the process from a later one of the same number on its host. */
  readonly processIdentity: string;
  readonly mode: string;
  readonly roles: readonly string[];
  readonly version: string;
  readonly capacity: number;
  /** What its machine, or its container, has. */
  readonly memoryTotalMb?: number;
}

export interface Vitals {
  readonly load: number;
  readonly cpuPercent: number;
  readonly memoryMb: number;
}

/** Silent for this long, a process counts as dead. It beats every 5 s. */
const SILENT = sql`interval '30 seconds'`;

const COLUMNS = sql`id, slot, name, host, process_id as "processId", mode, roles, status, version, capacity, load,
  cpu_percent as "cpuPercent", cpu_peak_percent as "cpuPeakPercent", memory_mb as "memoryMb",
  started_at as "startedAt", last_heartbeat as "lastHeartbeat", stopped_at as "stoppedAt"`;

/**
 * Registers a process and leases it the smallest free slot, one process at a time. First it marks the dead as stopped:
 * those silent for 30 s, and those of this host that `isDead` knows to be gone, so that a crash costs no slot.
 * Throws when all slots are taken.
 */
export async function registerInstance(
  tx: Tx,
  instance: NewInstance,
  isDead: (process: { processId: number; processIdentity: string }) => boolean,
): Promise<{ slot: number; died: readonly string[] }> {
  await sql`select pg_advisory_xact_lock(hashtext('almanac.instances'))`.execute(tx);
  const died = [...(await buryTheSilent(tx)), ...(await buryTheGone(tx, instance.host, isDead))];
  const { rows } = await sql<{ slot: number }>`
    insert into instance (id, slot, name, host, process_id, process_identity, mode, roles, status, version, capacity,
      memory_total_mb)
    select ${instance.id}, slot, ${instance.name}, ${instance.host}, ${instance.processId}, ${instance.processIdentity},
      ${instance.mode}, ${[...instance.roles]}, 'active', ${instance.version}, ${instance.capacity},
      ${instance.memoryTotalMb ?? 0}
    from generate_series(0, ${sql.lit(MAX_SLOT)}) slot
    where not exists (select from instance i where i.slot = slot.slot and i.stopped_at is null)
    order by slot limit 1
    returning slot`.execute(tx);
  const slot = rows[0]?.slot;
  if (slot === undefined) throw new Error(`All ${MAX_SLOT + 1} slots are taken by live processes: stop some of them`);
  return { slot, died };
}

/** Marks as stopped who has been silent for 30 s; returns their ids. */
export async function buryTheSilent(tx: Executor): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`update instance set status = 'dead', stopped_at = now()
    where stopped_at is null and last_heartbeat < now() - ${SILENT} returning id`.execute(tx);
  return rows.map((row) => row.id);
}

async function buryTheGone(tx: Tx, host: string, isDead: Parameters<typeof registerInstance>[2]): Promise<string[]> {
  const { rows } = await sql<{ id: string; processId: number; processIdentity: string }>`
    select id, process_id as "processId", process_identity as "processIdentity" from instance
    where stopped_at is null and host = ${host}`.execute(tx);
  const ids = rows.filter(isDead).map((row) => row.id);
  if (ids.length > 0) {
    await sql`update instance set status = 'dead', stopped_at = now() where id = any(${ids}::text[])`.execute(tx);
  }
  return ids;
}

/**
 * Tells that the process lives, and how it fares. False when it was taken for dead meanwhile: its slot may be another's,
 * so it must register anew, and make no ids before it has.
 */
export async function beat(db: Executor, id: string, vitals: Vitals): Promise<boolean> {
  const { rows } = await sql`update instance set last_heartbeat = now(), load = ${vitals.load},
      cpu_percent = ${vitals.cpuPercent}, cpu_peak_percent = greatest(cpu_peak_percent, ${vitals.cpuPercent}),
      memory_mb = ${vitals.memoryMb}
    where id = ${id} and stopped_at is null returning 1`.execute(db);
  return rows.length > 0;
}

/** Marks a process as draining, or as stopped for good, which frees its slot. */
export async function setInstanceStatus(db: Executor, id: string, status: 'draining' | 'stopped'): Promise<void> {
  await sql`update instance set status = ${status}, stopped_at = ${status === 'stopped' ? sql`now()` : sql`stopped_at`}
    where id = ${id} and stopped_at is null`.execute(db);
}

/** The live ones, the oldest first: the first is the leader of the tasks document (DECISIONS section 9). */
export async function listLiveInstances(db: Executor): Promise<Instance[]> {
  const { rows } = await sql<Instance>`select ${COLUMNS} from instance
    where stopped_at is null and last_heartbeat >= now() - ${SILENT} order by started_at, id`.execute(db);
  return rows;
}
