import type { Found } from '../../../../domain/reviews/finding.ts';
import type { Check } from '../check.ts';
import { brief, duration } from '../format.ts';
import { words } from '../reviewed-database.ts';

interface Row {
  readonly pid: number;
  readonly role: string | null;
  readonly application: string;
  readonly state: string;
  readonly age_ms: number;
  readonly query: string;
  readonly blockers: readonly number[];
  readonly waits_ms: number | null;
}

const LONG_MS = 300_000;
const BLOCKED_MS = 1000;

/** Literals are not shown: a statement may carry a password. */
const ACTIVITY = `
  select pid, usename::text as role, application_name as application, coalesce(state, '') as state,
    extract(epoch from clock_timestamp() - xact_start)::float8 * 1000 as age_ms,
    regexp_replace(left(query, 2000), '''(?:[^'']|'''')*''', '''?''', 'g') as query,
    pg_blocking_pids(pid) as blockers,
    case when wait_event_type = 'Lock' then extract(epoch from clock_timestamp() - greatest(query_start, state_change))::float8 * 1000 end as waits_ms
  from pg_catalog.pg_stat_activity
  where backend_type = 'client backend' and pid <> pg_backend_pid() and xact_start is not null
    and datname = current_database() and application_name <> 'almanac-review'
  order by xact_start limit 200`;

export const runningQueries: Check = {
  name: 'running queries',
  targets: ['queries', 'performance'],
  async run({ database }) {
    const rows = await database.query<Row>(ACTIVITY);
    const found = rows.flatMap((row) => [
      ...(row.blockers.length > 0 && (row.waits_ms ?? 0) >= BLOCKED_MS ? [blocked(row)] : []),
      ...(row.age_ms >= LONG_MS && row.state === 'active' ? [running(row)] : []),
      ...(row.age_ms >= LONG_MS && row.state.startsWith('idle in transaction') ? [abandoned(row)] : []),
    ]);
    const transactions = rows.slice(0, 20).map((row) => ({ ...row, query: brief(row.query) }));
    return { found, facts: { transactions } };
  },
};

function who({ pid, role, application }: Row): string {
  return `pid ${pid}, ${role ?? '?'}${application === '' ? '' : `, ${application}`}`;
}

function blocked(row: Row): Found {
  const waits = duration(row.waits_ms ?? 0);
  const by = row.blockers.join(', ');
  return {
    code: 'blocked_query',
    severity: (row.waits_ms ?? 0) > 60_000 ? 'critical' : 'warning',
    object: `pid ${row.pid}`,
    title: words('Запрос ждёт блокировку', 'A query waits for a lock'),
    evidence: words(
      `${who(row)} ждёт ${waits.ru}, блокировку держит pid ${by}: ${brief(row.query)}`,
      `${who(row)} has waited ${waits.en} for pid ${by}: ${brief(row.query)}`,
    ),
    advice: words(
      'Посмотрите, чем занят держатель; если он брошен, завершите его',
      'See what the holder does; end it where it is abandoned',
    ),
    sql: row.blockers.map((pid) => `SELECT pg_terminate_backend(${pid});`).join('\n'),
    measure: row.waits_ms,
  };
}

function running(row: Row): Found {
  const age = duration(row.age_ms);
  return {
    code: 'long_query',
    severity: 'warning',
    object: `pid ${row.pid}`,
    title: words('Долгий запрос', 'A long query'),
    evidence: words(`${who(row)}, ${age.ru}: ${brief(row.query)}`, `${who(row)}, ${age.en}: ${brief(row.query)}`),
    advice: words(
      'Проверьте, нужен ли он ещё; он мешает очистке таблиц',
      'See whether it is still wanted; it holds vacuum back',
    ),
    sql: `SELECT pg_cancel_backend(${row.pid});`,
    measure: row.age_ms,
  };
}

function abandoned(row: Row): Found {
  const age = duration(row.age_ms);
  return {
    code: 'idle_in_transaction',
    severity: row.age_ms > 3_600_000 ? 'critical' : 'warning',
    object: `pid ${row.pid}`,
    title: words('Брошенная транзакция', 'An abandoned transaction'),
    evidence: words(
      `${who(row)}, открыта ${age.ru}: ${brief(row.query)}`,
      `${who(row)}, open for ${age.en}: ${brief(row.query)}`,
    ),
    advice: words(
      'Завершите её и задайте idle_in_transaction_session_timeout',
      'End it, and set idle_in_transaction_session_timeout',
    ),
    sql: `SELECT pg_terminate_backend(${row.pid});`,
    measure: row.age_ms,
  };
}
