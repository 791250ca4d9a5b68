import type { Facts, Found, Lacking } from '../../../domain/reviews/finding.ts';
import type { Check, Looked, Scope } from './check.ts';
import { QueryRefused, words } from './reviewed-database.ts';

/** Runs what belongs to the target, one after another; what the database refuses is told, and the rest goes on. */
export async function runChecks(checks: readonly Check[], scope: Scope): Promise<Required<Looked>> {
  const found: Found[] = [];
  const lacking: Lacking[] = [];
  let facts: Facts = {};
  for (const check of checks) {
    if (check.isDetail === true && !scope.detailed) continue;
    if (scope.target !== null && !check.targets.includes(scope.target)) continue;
    try {
      const looked = await check.run(scope);
      found.push(...looked.found);
      lacking.push(...(looked.lacking ?? []));
      facts = { ...facts, ...looked.facts };
    } catch (error) {
      if (!(error instanceof QueryRefused)) throw error;
      lacking.push(refusedCheck(check.name, error));
    }
  }
  return { found, facts, lacking };
}

function refusedCheck(name: string, { sqlState, message }: QueryRefused): Lacking {
  return {
    what: words(
      `Проверка «${name}» не выполнена: база данных отказала (${sqlState}: ${message})`,
      `The check "${name}" was not made: the database refused (${sqlState}: ${message})`,
    ),
    sql: null,
  };
}
