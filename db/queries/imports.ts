import type { Face } from '../../domain/faces.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Executor, type Tx } from '../connect.ts';

/** What an import was asked for. */
export interface ImportAsked {
  readonly strategy: 'merge' | 'replace';
  readonly dryRun: boolean;
}

/** What became of it: `completed` (a dry run too), `refused` for its faults, `failed` for anything else. */
export interface ImportEnd {
  readonly state: 'completed' | 'refused' | 'failed';
  readonly imported: number;
  readonly skipped: number;
  readonly errors: number;
  /** Why it was refused or failed. */
  readonly message: string | null;
}

export interface StoredImport {
  readonly id: string;
  readonly startedBy: string;
  readonly at: Instant;
  readonly finishedAt: Instant | null;
  /** Jobs in the file, and those dealt with so far. */
  readonly total: number;
  readonly done: number;
  readonly detail: ImportAsked & Partial<ImportEnd>;
  /** Unfinished, and no process works at it. */
  readonly abandoned: boolean;
}

/** An import that said nothing for so long, and holds no lock, has lost its process. */
const SILENT_MS = 30_000;

const lockOf = (id: string) => sql`hashtextextended(${`almanac.import.${id}`}, 0)`;

export async function beginImport(db: Executor, id: string, total: number, asked: ImportAsked): Promise<void> {
  await sql`update bulk set total = ${total}, told_at = clock_timestamp(), detail = ${JSON.stringify(asked)}::jsonb
    where id = ${id}`.execute(db);
}

/** Shows to others, until the end of its transaction, that an import is being worked at. */
export async function holdImport(tx: Tx, id: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(${lockOf(id)})`.execute(tx);
}

/** Says how far an import is; never after its end. */
export async function tellImport(db: Executor, id: string, done: number): Promise<void> {
  await sql`update bulk set done = ${done}, told_at = clock_timestamp()
    where id = ${id} and finished_at is null`.execute(db);
}

export async function endImport(db: Executor, id: string, end: ImportEnd): Promise<void> {
  await sql`update bulk set finished_at = clock_timestamp(), started = ${end.imported},
      done = case when ${end.state} = 'completed' then total else done end,
      detail = detail || ${JSON.stringify(end)}::jsonb
    where id = ${id} and finished_at is null`.execute(db);
}

export async function findImport(db: Executor, face: Face, id: string): Promise<StoredImport | null> {
  const { rows } = await sql<StoredImport>`
    select id, started_by as "startedBy", at, finished_at as "finishedAt", total, done, detail,
      case when finished_at is null and told_at < clock_timestamp() - ${SILENT_MS} * interval '1 ms'
        then pg_try_advisory_xact_lock_shared(${lockOf(id)}) else false end as abandoned
    from bulk where id = ${id} and face = ${face} and kind = 'import'`.execute(db);
  return rows[0] ?? null;
}
