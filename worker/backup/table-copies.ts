import type pg from 'pg';
import { from as copyFrom, type CopyStreamQuery } from 'pg-copy-streams';
import { copyIn, type SavedTable } from '../../db/queries/backup.ts';

/** Copies pieces into tables, one table after another, and counts the rows that went in. */
export class TableCopies {
  /** Rows by table, once it is finished. */
  readonly rows: Record<string, number>;
  readonly #client: pg.Client;
  readonly #tables: ReadonlyMap<string, SavedTable>;
  #current: { table: string; stream: CopyStreamQuery; failed: Promise<never> } | null = null;

  constructor(client: pg.Client, tables: readonly SavedTable[]) {
    this.#client = client;
    this.#tables = new Map(tables.map((table) => [table.name, table]));
    this.rows = Object.fromEntries(tables.map((table) => [table.name, 0]));
  }

  async add(table: string, data: Buffer): Promise<void> {
    if (this.#current?.table !== table) await this.finish();
    const { stream, failed } = (this.#current ??= this.#begin(table));
    const written = new Promise<void>((resolve) => stream.write(data, () => resolve()));
    await Promise.race([written, failed]);
  }

  /** Ends the table that is being copied; rejects with what Postgres refused. Returns its name, or null. */
  async finish(): Promise<string | null> {
    const current = this.#current;
    this.#current = null;
    if (current === null) return null;
    const { table, stream, failed } = current;
    const finished = new Promise<void>((resolve) => stream.once('finish', resolve));
    stream.end();
    await Promise.race([finished, failed]);
    this.rows[table] = stream.rowCount;
    return table;
  }

  #begin(name: string) {
    const table = this.#tables.get(name);
    if (table === undefined) throw new Error(`The backup holds rows of ${name}, which it does not list`);
    const stream = this.#client.query(copyFrom(copyIn(table)));
    const failed = new Promise<never>((_, reject) => stream.on('error', reject));
    // Nobody may be waiting for it when it comes.
    failed.catch(() => undefined);
    return { table: name, stream, failed };
  }
}
