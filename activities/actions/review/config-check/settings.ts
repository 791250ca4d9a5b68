import type { Scope } from '../check.ts';

/** Parameters by name: numbers in bytes or milliseconds where they have such a unit. */
export interface Settings {
  number(name: string): number | null;
  text(name: string): string | null;
  /** What a change has to overrule: ALTER SYSTEM is overruled by a database's own value, and both by the command line. */
  rule(name: string): 'system' | 'database' | 'command line';
  /** The database's name as SQL writes it. */
  readonly database: string;
}

interface Row {
  readonly name: string;
  readonly setting: string;
  readonly unit: string | null;
  readonly source: string;
  readonly database: string;
}

const BYTES: Readonly<Record<string, number>> = {
  B: 1,
  kB: 2 ** 10,
  '8kB': 2 ** 13,
  MB: 2 ** 20,
  '16MB': 2 ** 24,
  GB: 2 ** 30,
};
const MS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** As others have them: `setting` would be the review's own limits. */
export async function readSettings({ database }: Scope): Promise<Settings> {
  const rows = await database.query<Row>(
    `select name, reset_val as setting, unit, source, quote_ident(current_database()) as database
      from pg_catalog.pg_settings`,
  );
  const byName = new Map(rows.map((row) => [row.name, row]));
  return {
    number(name) {
      const row = byName.get(name);
      if (row === undefined) return null;
      const value = Number(row.setting);
      // -1 and 0 mean "off" or "as elsewhere", whatever the unit.
      if (!Number.isFinite(value) || row.unit === null || value <= 0) return Number.isFinite(value) ? value : null;
      return value * (BYTES[row.unit] ?? MS[row.unit] ?? 1);
    },
    text: (name) => byName.get(name)?.setting ?? null,
    rule: (name) => {
      const source = byName.get(name)?.source;
      return source === 'database' || source === 'command line' ? source : 'system';
    },
    database: rows[0]?.database ?? '',
  };
}
