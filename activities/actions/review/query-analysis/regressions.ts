import type { Found } from '../../../../domain/reviews/finding.ts';
import type { ReviewReport } from '../../../../domain/reviews/report.ts';
import { brief, duration } from '../format.ts';
import { words } from '../reviewed-database.ts';
import type { Counted, Statement } from './statements.ts';

const LEAST_CALLS = 5;
const LEAST_MS = 5;
const RATIO = 1.5;
const MOST_FOUND = 20;

/** Statements whose mean since the last review is notably above the one before it. */
export function regressions(statements: readonly Statement[], previous: ReviewReport | null): Found[] {
  const before = new Map(countedIn(previous).map((counted) => [counted.id, counted]));
  const slower = statements.flatMap((statement) => {
    const then = before.get(statement.id);
    if (then === undefined || then.calls === 0) return [];
    const calls = statement.calls - then.calls;
    // Fewer than before: the counters were reset meanwhile.
    if (calls < LEAST_CALLS) return [];
    const was = then.total_ms / then.calls;
    const is = (statement.total_ms - then.total_ms) / calls;
    return is > was * RATIO && is - was >= LEAST_MS ? [regression(statement, was, is, calls)] : [];
  });
  return slower.slice(0, MOST_FOUND);
}

function regression(statement: Statement, was: number, is: number, calls: number): Found {
  const [old, now, text] = [duration(was), duration(is), brief(statement.query)];
  return {
    code: 'query_regressed',
    severity: is > was * 5 ? 'critical' : 'warning',
    object: statement.id,
    title: words('Запрос стал медленнее', 'A query became slower'),
    evidence: words(
      `Было ${old.ru}, с прошлого обзора стало ${now.ru} (вызовов ${calls}): ${text}`,
      `${old.en} before, ${now.en} since the last review (${calls} calls): ${text}`,
    ),
    advice: words(
      'Сравните планы; проверьте свежесть статистики, рост таблиц и удалённые индексы',
      'Compare plans; look at statistics, the growth of tables and dropped indexes',
    ),
    sql: `EXPLAIN (GENERIC_PLAN) ${statement.query.slice(0, 1000)};`,
    measure: is / was,
  };
}

function countedIn(report: ReviewReport | null): readonly Counted[] {
  const kept = report?.facts['statements'];
  return Array.isArray(kept) ? (kept as readonly Counted[]) : [];
}
