import { words } from '../reviewed-database.ts';
import type { LogRule } from './log-rule.ts';

const CRASH =
  /was terminated by signal|terminating any other active server processes|not properly shut down|could not (?:write|fsync|extend) file|No space left|invalid page|out of memory/;
const FULL = /too many (?:clients|connections)|remaining connection slots are reserved/;

/** Crashes and errors by their classes. */
export const FAILURE_RULES: readonly LogRule[] = [
  {
    code: 'log_crashes',
    targets: ['logs', 'performance'],
    fits: ({ severity, message }) => severity === 'PANIC' || CRASH.test(message),
    judge: (entries, examples) => ({
      severity: 'critical',
      title: words('Сбои сервера', 'The server failed'),
      evidence: words(`Сообщений ${entries.length}: ${examples}`, `${entries.length} messages: ${examples}`),
      advice: words(
        'Проверьте память, диск и место на нём сейчас же',
        'Look at memory, at the disk and at its room, now',
      ),
      sql: null,
      measure: entries.length,
    }),
  },
  {
    code: 'log_no_connections',
    targets: ['logs', 'performance'],
    fits: ({ sqlState, message }) => sqlState === '53300' || FULL.test(message),
    judge: (entries) => ({
      severity: 'critical',
      title: words('Соединения кончались', 'Connections ran out'),
      evidence: words(`Отказов ${entries.length}`, `${entries.length} refusals`),
      advice: words('Поставьте пул соединений', 'Put a connection pooler in front'),
      sql: 'SELECT usename, application_name, state, count(*) FROM pg_stat_activity GROUP BY 1, 2, 3 ORDER BY 4 DESC;',
      measure: entries.length,
    }),
  },
  {
    code: 'log_errors',
    targets: ['logs'],
    fits: ({ severity, sqlState }) => severity === 'ERROR' && !/^(57014|40P01|42501|28)/.test(sqlState ?? ''),
    judge: (entries, examples) => ({
      severity: entries.length >= 100 ? 'warning' : 'notice',
      title: words('Ошибки в журнале', 'Errors in the log'),
      evidence: words(
        `Ошибок ${entries.length}, чаще всего: ${examples}`,
        `${entries.length} errors, most often: ${examples}`,
      ),
      advice: words('Исправьте приложение, начиная с самых частых', 'Mend the application, the most frequent first'),
      sql: null,
      measure: entries.length,
    }),
  },
];
