import type { Face } from '../../domain/faces.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Executor } from '../connect.ts';

export type BulkKind = 'run' | 'disable' | 'import';

/** An operation over all jobs of a face. */
export interface Bulk {
  readonly id: string;
  readonly kind: BulkKind;
  readonly face: Face;
  readonly startedBy: string;
  readonly at: Instant;
  readonly sequential: boolean;
  readonly total: number;
  readonly started: number;
  /** When what it disabled is enabled again; null: not by itself. */
  readonly resumeAt: Instant | null;
  readonly finishedAt: Instant | null;
}

const PREFIX: Readonly<Record<BulkKind, string>> = { run: 'group', disable: 'disable', import: 'import' };

/**
 * Records an operation and gives it its id: `group_YYYYMMDDHHMMSS` (gateway.txt, Bulk Operations), and more digits
 * where the second is shared. Unfinished until `finishBulk` says so.
 */
export async function insertBulk(
  db: Executor,
  bulk: Pick<Bulk, 'kind' | 'face' | 'startedBy' | 'at'> &
    Partial<Pick<Bulk, 'sequential' | 'resumeAt' | 'finishedAt'>>,
): Promise<string> {
  const stamp = new Date(bulk.at).toISOString().replace(/\D/g, '').slice(0, 14);
  const time = (at: Instant | null | undefined) => (at == null ? null : new Date(at));
  for (let n = 1; ; n += 1) {
    const id = `${PREFIX[bulk.kind]}_${stamp}${n === 1 ? '' : n}`;
    const { rows } = await sql`
      insert into bulk (id, kind, face, started_by, at, sequential, resume_at, finished_at)
      values (${id}, ${bulk.kind}, ${bulk.face}, ${bulk.startedBy}, ${new Date(bulk.at)}, ${bulk.sequential ?? false},
        ${time(bulk.resumeAt)}, ${time(bulk.finishedAt)})
      on conflict (id) do nothing returning id`.execute(db);
    if (rows.length > 0) return id;
  }
}

/** How many jobs it found, and of how many it began what was asked. */
export async function countBulk(db: Executor, id: string, counts: { total: number; started: number }): Promise<void> {
  await db.updateTable('bulk').set(counts).where('id', '=', id).execute();
}

export async function finishBulk(db: Executor, id: string): Promise<void> {
  await sql`update bulk set finished_at = clock_timestamp() where id = ${id} and finished_at is null`.execute(db);
}

export async function findBulk(db: Executor, face: Face, kind: BulkKind, id: string): Promise<Bulk | null> {
  const { rows } = await sql<Bulk>`
    select ${COLUMNS} from bulk where id = ${id} and face = ${face} and kind = ${kind}`.execute(db);
  return rows[0] ?? null;
}

/** Groups and timers that have more to do, begun longer than `olderThanMs` ago: the housekeeper sees that they go on. */
export async function unfinishedBulks(db: Executor, olderThanMs: number, limit: number): Promise<Bulk[]> {
  const { rows } = await sql<Bulk>`
    select ${COLUMNS} from bulk where finished_at is null and kind <> 'import' and at < now() - ${olderThanMs} * interval '1 ms'
    order by at limit ${limit}`.execute(db);
  return rows;
}

const COLUMNS = sql.raw(`id, kind, face, started_by as "startedBy", at, sequential, total, started,
  resume_at as "resumeAt", finished_at as "finishedAt"`);
