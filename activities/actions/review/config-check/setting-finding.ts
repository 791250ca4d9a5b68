import type { Found, Severity, Words } from '../../../../domain/reviews/finding.ts';
import { words } from '../reviewed-database.ts';
import type { Settings } from './settings.ts';

/** A finding about one parameter. `wanted` makes it a statement; a restart is needed for some. */
export function settingFinding(given: {
  code: string;
  severity: Severity;
  name: string;
  settings: Settings;
  title: Words;
  evidence: Words;
  advice: Words;
  wanted?: string;
  needsRestart?: boolean;
}): Found {
  const { code, severity, name, settings, title, advice, wanted, needsRestart = false } = given;
  const place = PLACES[settings.rule(name)];
  const evidence = words(`${given.evidence.ru}${place.ru}`, `${given.evidence.en}${place.en}`);
  const sql = wanted === undefined ? null : change(name, wanted, needsRestart, settings);
  return { code, severity, object: name, title, evidence, advice, sql, measure: null };
}

const PLACES = {
  system: words('', ''),
  database: words('; задано для этой базы данных', '; set for this database'),
  'command line': words('; задано в командной строке сервера', "; set on the server's command line"),
} as const;

/** What changes it where it is set, so that it has an effect. Comments that need no language. */
function change(name: string, wanted: string, needsRestart: boolean, settings: Settings): string {
  const rule = settings.rule(name);
  if (rule === 'command line') return `-- postgres -c ${name}=${wanted}`;
  if (rule === 'database') return `ALTER DATABASE ${settings.database} SET ${name} = '${wanted}';`;
  return `ALTER SYSTEM SET ${name} = '${wanted}';\n${needsRestart ? '-- pg_ctl restart' : 'SELECT pg_reload_conf();'}`;
}

/** "name = value", the same in both languages. */
export function is(name: string, value: string): Words {
  return words(`${name} = ${value}`, `${name} = ${value}`);
}
