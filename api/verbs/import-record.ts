import type { Tx } from '../../db/connect.ts';
import { insertBulk } from '../../db/queries/bulks.ts';
import {
  beginImport,
  endImport,
  holdImport,
  tellImport,
  type ImportAsked,
  type ImportEnd,
} from '../../db/queries/imports.ts';
import type { VerbContext } from './context.ts';

/** How far an import is: jobs of the file that it has dealt with, of all. */
export interface ImportProgress {
  readonly importId: string;
  readonly done: number;
  readonly total: number;
}

/** An import's own record, outside of the transaction that stores its jobs: others can ask for it meanwhile. */
export interface ImportRecord {
  readonly id: string;
  /** Within the transaction, first of all: so long it counts as under way. */
  hold(tx: Tx): Promise<void>;
  /** So many more jobs were dealt with. Told to the log and to whoever listens at once, to the record as it can. */
  advance(jobs: number): void;
  /** Within the transaction where it is stored, else after it. */
  end(db: VerbContext['db'] | Tx, end: ImportEnd): Promise<void>;
}

/** Records an import that is about to begin. `onProgress` hears of it now and after each batch. */
export async function openImport(
  ctx: VerbContext,
  asked: ImportAsked & { total: number; onProgress?: ((progress: ImportProgress) => void) | undefined },
): Promise<ImportRecord> {
  const { total, strategy, dryRun, onProgress = () => undefined } = asked;
  const { face, subject } = ctx.actor;
  const id = await insertBulk(ctx.db, { kind: 'import', face, startedBy: subject, at: ctx.now() });
  await beginImport(ctx.db, id, total, { strategy, dryRun });
  let done = 0;
  let telling: Promise<void> | null = null;
  let told = 0;
  // One at a time and never waited for: the transaction holds a connection, and may not need a second one to go on.
  const tell = () => {
    if (telling !== null || told === done) return;
    told = done;
    telling = tellImport(ctx.db, id, done)
      .catch((error: unknown) => ctx.log.warn({ error, importId: id }, 'The progress of an import could not be told'))
      .finally(() => {
        telling = null;
        tell();
      });
  };
  onProgress({ importId: id, done, total });
  return {
    id,
    hold(tx) {
      // A transaction that Postgres broke off begins again, and so does the count.
      done = 0;
      return holdImport(tx, id);
    },
    advance(jobs) {
      done += jobs;
      ctx.log.info({ importId: id, done, of: total }, 'An import goes on');
      onProgress({ importId: id, done, total });
      tell();
    },
    end: (db, end) => endImport(db, id, end),
  };
}
