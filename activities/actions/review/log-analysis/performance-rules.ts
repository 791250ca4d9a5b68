import { duration, size } from '../format.ts';
import { words } from '../reviewed-database.ts';
import type { LogRule } from './log-rule.ts';

const SLOW = /^duration: ([\d.]+) ms/;
const TEMP = /^temporary file: path .*, size (\d+)/s;
const LOCK = /still waiting for|deadlock detected|canceling statement due to lock timeout/;
const TIMED_OUT = /canceling statement due to statement timeout/;
const VACUUM = /^canceling autovacuum task|oldest xmin is far in the past|must be vacuumed within/;

const numbers = (entries: readonly { message: string }[], pattern: RegExp) =>
  entries.map(({ message }) => Number(pattern.exec(message)?.[1] ?? 0));
const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);

export const PERFORMANCE_RULES: readonly LogRule[] = [
  {
    code: 'log_slow_queries',
    targets: ['logs', 'performance'],
    fits: ({ message }) => Number(SLOW.exec(message)?.[1] ?? 0) >= 1000,
    judge(entries, examples) {
      const longest = duration(Math.max(...numbers(entries, SLOW)));
      return {
        severity: 'warning',
        title: words('Медленные запросы', 'Slow queries'),
        evidence: words(
          `Запросов ${entries.length}, дольше всего ${longest.ru}: ${examples}`,
          `${entries.length} statements, the longest ${longest.en}: ${examples}`,
        ),
        advice: words('Посмотрите их планы (query_analysis, EXPLAIN)', 'Look at their plans (query_analysis, EXPLAIN)'),
        sql: null,
        measure: entries.length,
      };
    },
  },
  {
    code: 'log_checkpoints',
    targets: ['logs', 'performance'],
    fits: ({ message }) => message.startsWith('checkpoints are occurring too frequently'),
    judge: (entries) => ({
      severity: 'warning',
      title: words('Контрольные точки слишком часты', 'Checkpoints come too often'),
      evidence: words(`Сообщений ${entries.length}`, `${entries.length} messages`),
      advice: words('Увеличьте max_wal_size', 'Raise max_wal_size'),
      sql: "ALTER SYSTEM SET max_wal_size = '4GB';\nSELECT pg_reload_conf();",
      measure: entries.length,
    }),
  },
  {
    code: 'log_locks',
    targets: ['logs', 'performance'],
    fits: ({ sqlState, message }) => sqlState === '40P01' || sqlState === '55P03' || LOCK.test(message),
    judge: (entries, examples) => ({
      severity: 'warning',
      title: words('Ожидания и взаимные блокировки', 'Waits for locks and deadlocks'),
      evidence: words(`Сообщений ${entries.length}: ${examples}`, `${entries.length} messages: ${examples}`),
      advice: words(
        'Берите блокировки в одном порядке и держите транзакции короткими',
        'Take locks in one order, and keep transactions short',
      ),
      sql: null,
      measure: entries.length,
    }),
  },
  {
    code: 'log_statement_timeouts',
    targets: ['logs', 'performance'],
    fits: ({ message }) => TIMED_OUT.test(message),
    judge: (entries) => ({
      severity: 'warning',
      title: words('Запросы не уложились в срок', 'Statements ran past their limit'),
      evidence: words(`Запросов ${entries.length}`, `${entries.length} statements`),
      advice: words(
        'Ускорьте их или пересмотрите statement_timeout',
        'Make them faster, or look again at statement_timeout',
      ),
      sql: null,
      measure: entries.length,
    }),
  },
  {
    code: 'log_temp_files',
    targets: ['logs', 'performance'],
    fits: ({ message }) => TEMP.test(message),
    judge(entries) {
      const bytes = sum(numbers(entries, TEMP));
      if (bytes < 64 * 2 ** 20) return null;
      const written = size(bytes);
      return {
        severity: 'warning',
        title: words('Временные файлы', 'Temporary files'),
        evidence: words(
          `Файлов ${entries.length}, всего ${written.ru}`,
          `${entries.length} files, ${written.en} in all`,
        ),
        advice: words('Дайте этим запросам больше work_mem', 'Give these statements more work_mem'),
        sql: `ALTER ROLE … SET work_mem = '64MB';`,
        measure: bytes,
      };
    },
  },
  {
    code: 'log_autovacuum',
    targets: ['logs', 'performance'],
    fits: ({ message }) => VACUUM.test(message),
    judge: (entries, examples) => ({
      severity: 'warning',
      title: words('autovacuum не справляется', 'autovacuum does not get through'),
      evidence: words(`Сообщений ${entries.length}: ${examples}`, `${entries.length} messages: ${examples}`),
      advice: words(
        'Найдите долгие транзакции и явные блокировки таблиц',
        'Find long transactions and explicit locks of tables',
      ),
      sql: 'SELECT pid, usename, state, xact_start FROM pg_stat_activity WHERE xact_start IS NOT NULL ORDER BY xact_start;',
      measure: entries.length,
    }),
  },
];
