import type { Found, Severity, Words } from '../../../../domain/reviews/finding.ts';
import { words } from '../reviewed-database.ts';

/** A finding about one parameter. `wanted` makes it a statement; a restart is needed for some. */
export function settingFinding(given: {
  code: string;
  severity: Severity;
  name: string;
  title: Words;
  evidence: Words;
  advice: Words;
  wanted?: string;
  needsRestart?: boolean;
}): Found {
  const { code, severity, name, title, evidence, advice, wanted, needsRestart = false } = given;
  const apply = needsRestart ? '-- then restart PostgreSQL' : 'SELECT pg_reload_conf();';
  const sql = wanted === undefined ? null : `ALTER SYSTEM SET ${name} = '${wanted}';\n${apply}`;
  return { code, severity, object: name, title, evidence, advice, sql, measure: null };
}

/** "name = value", the same in both languages. */
export function is(name: string, value: string): Words {
  return words(`${name} = ${value}`, `${name} = ${value}`);
}
