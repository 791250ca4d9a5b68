import { z } from 'zod';

/**
 * What an archive holds, in this order: `manifest.json`; for each table `data/<table>/<n>.copy`, pieces of one COPY text
 * (put together they feed `copy <table> (<columns>) from stdin`); `jobs/<n>.json`, the jobs' export; `summary.json`, which
 * says how many rows each table has, so that an archive without it is known to be cut off.
 */
export const FORMAT = 1;

export const manifestSchema = z.object({
  format: z.literal(FORMAT, 'the backup was made by a newer version: restore it with that version'),
  made_at: z.iso.datetime(),
  server_version: z.string(),
  migrations: z.array(z.string()).min(1),
  partition_months: z.array(z.string().regex(/^\d{4}-\d{2}$/)),
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()) })),
  sequences: z.record(z.string(), z.string().nullable()),
});
export type Manifest = z.output<typeof manifestSchema>;

export const summarySchema = z.object({ rows: z.record(z.string(), z.int()), jobs: z.int() });
export type Summary = z.output<typeof summarySchema>;

export const MANIFEST = 'manifest.json';
export const SUMMARY = 'summary.json';

export function dataName(table: string, piece: number): string {
  return `data/${table}/${String(piece).padStart(6, '0')}.copy`;
}

/** The table of a data file, or null for any other. */
export function tableOf(name: string): string | null {
  return /^data\/([^/]+)\/\d+\.copy$/.exec(name)?.[1] ?? null;
}
