import type { LogEntry } from '../../../../domain/reviews/logs/log-entry.ts';
import { tally } from '../../../../domain/reviews/logs/normalise.ts';
import { parseCsvLog } from '../../../../domain/reviews/logs/parse-csv.ts';
import { parseJsonLog } from '../../../../domain/reviews/logs/parse-json.ts';
import { parseStderrLog } from '../../../../domain/reviews/logs/parse-stderr.ts';
import type { Check, Looked } from '../check.ts';
import { words, type LogFormat } from '../reviewed-database.ts';
import { FAILURE_RULES } from './failure-rules.ts';
import { judgeLog } from './log-rule.ts';
import { PERFORMANCE_RULES } from './performance-rules.ts';
import { SECURITY_RULES } from './security-rules.ts';

const PARSE: Readonly<Record<LogFormat, (text: string) => LogEntry[]>> = {
  csv: parseCsvLog,
  json: parseJsonLog,
  stderr: parseStderrLog,
};
const RULES = [...FAILURE_RULES, ...SECURITY_RULES, ...PERFORMANCE_RULES];

const DAY_MS = 86_400_000;
const BYTES = 4 * 2 ** 20;
const DETAILED_BYTES = 16 * 2 ** 20;

/** The last day of the logs, or as much of it as their ends hold. */
export const logs: Check = {
  name: 'logs',
  targets: ['logs', 'security', 'performance'],
  async run({ database, target, detailed, now }): Promise<Looked> {
    const { texts, lacking } = await database.readLogs(detailed ? DETAILED_BYTES : BYTES);
    if (texts === null) return { found: [], lacking: [lacking] };
    const all = texts.flatMap(({ format, text }) => PARSE[format](text));
    if (all.length === 0 && texts.some(({ text }) => text.trim() !== '')) return { found: [], lacking: [unread()] };
    const entries = all.filter(({ at }) => at === null || at > now - DAY_MS);
    const rules = RULES.filter(({ targets }) => target === null || targets.includes(target));
    const judged = rules.map((rule) => ({ code: rule.code, ...judgeLog(rule, entries) }));
    const errors = entries.filter(({ severity }) => /^(ERROR|FATAL|PANIC)$/.test(severity));
    return {
      found: judged.flatMap(({ found }) => found),
      facts: {
        messages: entries.length,
        counted: Object.fromEntries(judged.map(({ code, count }) => [code, count])),
        by_severity: countBy(entries.map(({ severity }) => severity)),
        by_state: countBy(errors.map(({ sqlState }) => sqlState ?? 'unknown')),
        errors: tally(
          errors.map(({ message }) => message),
          detailed ? 20 : 5,
        ),
      },
    };
  },
};

function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

function unread() {
  return {
    what: words(
      'В журналах нет знакомых сообщений: обзор понимает csvlog, jsonlog и stderr на английском (lc_messages = C)',
      'The logs hold no message that is understood: the review reads csvlog, jsonlog and stderr in English (lc_messages = C)',
    ),
    sql: "ALTER SYSTEM SET lc_messages = 'C';\nSELECT pg_reload_conf();",
  };
}
