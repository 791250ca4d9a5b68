import type { Found } from '../../../../domain/reviews/finding.ts';
import type { Check } from '../check.ts';
import { percent, size } from '../format.ts';
import { words } from '../reviewed-database.ts';

interface Row {
  readonly hit: number;
  readonly read: number;
  readonly commits: number;
  readonly rollbacks: number;
  readonly deadlocks: number;
  readonly temp_bytes: number;
  readonly since: string | null;
}

/** What the database counted since its statistics began. */
export const databaseCounters: Check = {
  name: 'database counters',
  targets: ['queries', 'performance'],
  async run({ database }) {
    const [row] = await database.query<Row>(
      `select blks_hit::float8 as hit, blks_read::float8 as read, xact_commit::float8 as commits,
          xact_rollback::float8 as rollbacks, deadlocks::float8 as deadlocks, temp_bytes::float8 as temp_bytes, stats_reset::text as since
        from pg_catalog.pg_stat_database where datname = current_database()`,
    );
    if (row === undefined) return { found: [] };
    const found: Found[] = [];
    const { hit, read, commits, rollbacks, deadlocks } = row;
    if (read > 1_000_000 && hit < (hit + read) * 0.9) found.push(cold(hit / (hit + read)));
    if (deadlocks > 0) found.push(deadlocked(deadlocks));
    if (rollbacks > 1000 && rollbacks > (commits + rollbacks) * 0.2)
      found.push(undone(rollbacks / (commits + rollbacks)));
    if (row.temp_bytes > 2 ** 30) found.push(spilled(row.temp_bytes));
    return { found, facts: { database: { ...row } } };
  },
};

function cold(share: number): Found {
  return {
    code: 'cache_hit_ratio',
    severity: 'warning',
    object: null,
    title: words('Кэша не хватает', 'The cache is too small'),
    evidence: words(`Из кэша ${percent(share).ru} чтений`, `${percent(share).en} of reads come from the cache`),
    advice: words('Увеличьте shared_buffers или читайте меньше', 'Raise shared_buffers, or read less'),
    sql: null,
    measure: 1 - share,
  };
}

function deadlocked(count: number): Found {
  return {
    code: 'deadlocks',
    severity: 'warning',
    object: null,
    title: words('Были взаимные блокировки', 'There were deadlocks'),
    evidence: words(`С начала статистики: ${count}`, `${count} since the statistics began`),
    advice: words(
      'Берите блокировки в одном порядке; подробности в журнале (log_analysis)',
      'Take locks in one order; the log tells more (log_analysis)',
    ),
    sql: null,
    measure: count,
  };
}

function undone(share: number): Found {
  return {
    code: 'rollbacks',
    severity: 'notice',
    object: null,
    title: words('Много откатов', 'Many rollbacks'),
    evidence: words(
      `Откатывается ${percent(share).ru} транзакций`,
      `${percent(share).en} of transactions are rolled back`,
    ),
    advice: words('Посмотрите ошибки в журнале (log_analysis)', 'Look at the errors in the log (log_analysis)'),
    sql: null,
    measure: share,
  };
}

function spilled(bytes: number): Found {
  const written = size(bytes);
  return {
    code: 'temp_volume',
    severity: 'notice',
    object: null,
    title: words('Много временных файлов', 'Many temporary files'),
    evidence: words(`Записано ${written.ru}`, `${written.en} were written`),
    advice: words(
      'Найдите запросы (top_by_temp) и дайте им больше work_mem',
      'Find the queries (top_by_temp), and give them more work_mem',
    ),
    sql: null,
    measure: bytes,
  };
}
