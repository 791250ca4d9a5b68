import { sql, type Executor } from '../connect.ts';
import { arrayOf } from './array-of.ts';

/** Counts that outlive processes and are no end of an execution: seldom written, and few, since names are ours alone. */
export async function addMetricCounts(db: Executor, counts: ReadonlyMap<string, number>): Promise<void> {
  const grown = [...counts].filter(([, count]) => count > 0).sort(([a], [b]) => (a < b ? -1 : 1));
  if (grown.length === 0) return;
  await sql`insert into metric_count as m (name, value) select * from unnest(${arrayOf(
    'text',
    grown.map(([name]) => name),
  )}, ${arrayOf(
    'bigint',
    grown.map(([, count]) => count),
  )}) as t (name, value)
    on conflict (name) do update set value = m.value + excluded.value`.execute(db);
}

/** All of them, by name. */
export async function readMetricCounts(db: Executor): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ name: string; value: number }>`select name, value from metric_count`.execute(db);
  return new Map(rows.map(({ name, value }) => [name, value]));
}
