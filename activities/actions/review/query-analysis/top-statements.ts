import type { Found } from '../../../../domain/reviews/finding.ts';
import type { Check, Looked } from '../check.ts';
import { brief, duration, percent, size } from '../format.ts';
import { words } from '../reviewed-database.ts';
import { regressions } from './regressions.ts';
import { extensionSchema, readStatements, type Statement } from './statements.ts';

const MOST_READ = 500;
const MOST_FOUND = 20;
const SLOW_MS = 500;
const HEAVY_MS = 10_000;
const LARGE_TEMP = 64 * 2 ** 20;
const MANY_READS = 10_000;

/** pg_stat_statements: what costs most in each way, and what became slower since the last review. */
export const topStatements: Check = {
  name: 'pg_stat_statements',
  targets: ['queries', 'performance'],
  async run(scope): Promise<Looked> {
    const schema = await extensionSchema(scope);
    if (schema === null) return { found: [], lacking: [noExtension()] };
    const statements = await readStatements(scope, schema, MOST_READ);
    const most = scope.detailed ? 20 : 5;
    const top = (by: (statement: Statement) => number) =>
      [...statements]
        .filter((statement) => by(statement) > 0)
        .sort((a, b) => by(b) - by(a))
        .slice(0, most)
        .map((statement) => ({ ...statement, query: brief(statement.query) }));
    return {
      found: [...costly(statements), ...regressions(statements, scope.previous)],
      facts: {
        top_by_total_time: top(({ total_ms: ms }) => ms),
        top_by_mean_time: top(({ mean_ms: ms }) => ms),
        top_by_rows: top(({ rows }) => rows),
        top_by_temp: top(({ temp_bytes: bytes }) => bytes),
        top_by_cache_misses: top(({ read_blocks: blocks }) => blocks),
        statements: statements.slice(0, 200).map(({ id, calls, total_ms }) => ({ id, calls, total_ms })),
      },
    };
  },
};

function costly(statements: readonly Statement[]): Found[] {
  const all = statements.reduce((sum, { total_ms: ms }) => sum + ms, 0);
  const first = (wrong: (statement: Statement) => boolean) => statements.filter(wrong).slice(0, MOST_FOUND);
  return [
    ...first(({ mean_ms: mean, calls }) => mean >= SLOW_MS && calls >= 3).map(slow),
    ...first(({ total_ms: ms }) => ms >= HEAVY_MS && ms > all * 0.5).map((statement) => heavy(statement, all)),
    ...first(({ temp_bytes: bytes, calls }) => bytes >= LARGE_TEMP && bytes / calls >= 2 ** 20).map(spilling),
    ...first(({ hit_blocks: hit, read_blocks: read }) => read >= MANY_READS && read > (hit + read) * 0.5).map(cold),
  ];
}

function about(statement: Statement): { object: string; text: string } {
  return { object: statement.id, text: brief(statement.query) };
}

function slow(statement: Statement): Found {
  const { object, text } = about(statement);
  const mean = duration(statement.mean_ms);
  return {
    code: 'slow_query',
    severity: statement.mean_ms > 10_000 ? 'critical' : 'warning',
    object,
    title: words('Медленный запрос', 'A slow query'),
    evidence: words(
      `В среднем ${mean.ru}, вызовов ${statement.calls}: ${text}`,
      `${mean.en} on average, ${statement.calls} calls: ${text}`,
    ),
    advice: words(
      'Посмотрите план и добавьте индекс или перепишите запрос',
      'Look at its plan; add an index or rewrite it',
    ),
    sql: `EXPLAIN (GENERIC_PLAN) ${statement.query.slice(0, 1000)};`,
    measure: statement.mean_ms,
  };
}

function heavy(statement: Statement, all: number): Found {
  const { object, text } = about(statement);
  const [total, share] = [duration(statement.total_ms), percent(statement.total_ms / all)];
  return {
    code: 'dominant_query',
    severity: 'notice',
    object,
    title: words('Запрос занимает больше половины времени', 'One query takes more than half of the time'),
    evidence: words(
      `Всего ${total.ru} (${share.ru}), вызовов ${statement.calls}: ${text}`,
      `${total.en} in all (${share.en}), ${statement.calls} calls: ${text}`,
    ),
    advice: words(
      'Начните с него: кэшируйте, вызывайте реже или ускорьте',
      'Begin with it: cache it, call it less often, or make it faster',
    ),
    sql: null,
    measure: statement.total_ms,
  };
}

function spilling(statement: Statement): Found {
  const { object, text } = about(statement);
  const each = size(statement.temp_bytes / statement.calls);
  return {
    code: 'temp_files',
    severity: 'warning',
    object,
    title: words('Запрос пишет временные файлы', 'A query writes temporary files'),
    evidence: words(
      `${each.ru} за вызов, вызовов ${statement.calls}: ${text}`,
      `${each.en} each call, ${statement.calls} calls: ${text}`,
    ),
    advice: words(
      'Дайте этой роли больше work_mem или уменьшите сортировку',
      'Give that role more work_mem, or sort less',
    ),
    sql: `ALTER ROLE … SET work_mem = '64MB';`,
    measure: statement.temp_bytes,
  };
}

function cold(statement: Statement): Found {
  const { object, text } = about(statement);
  const misses = percent(statement.read_blocks / (statement.hit_blocks + statement.read_blocks));
  return {
    code: 'cache_misses',
    severity: 'notice',
    object,
    title: words('Запрос читает мимо кэша', 'A query misses the cache'),
    evidence: words(
      `Мимо кэша ${misses.ru}, блоков ${statement.read_blocks}: ${text}`,
      `${misses.en} missed, ${statement.read_blocks} blocks: ${text}`,
    ),
    advice: words(
      'Читайте меньше (индекс, условие) или увеличьте shared_buffers',
      'Read less (an index, a condition), or raise shared_buffers',
    ),
    sql: null,
    measure: statement.read_blocks,
  };
}

function noExtension() {
  return {
    what: words(
      'Нет расширения pg_stat_statements: история запросов не видна. Добавьте его к тому, что уже есть в shared_preload_libraries',
      'The extension pg_stat_statements is not there: the history of queries is not seen. Add it to what shared_preload_libraries holds',
    ),
    sql:
      "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements';\n-- pg_ctl restart\n" +
      'CREATE EXTENSION pg_stat_statements;',
  };
}
