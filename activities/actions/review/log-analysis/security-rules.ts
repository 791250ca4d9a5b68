import { words } from '../reviewed-database.ts';
import type { LogRule } from './log-rule.ts';

const LOGIN =
  /authentication failed for user|no pg_hba\.conf entry|role "[^"]*" does not exist|password authentication failed/;
const MANY_FAILURES = 20;

export const SECURITY_RULES: readonly LogRule[] = [
  {
    code: 'log_failed_logins',
    targets: ['logs', 'security'],
    fits: ({ severity, sqlState, message }) =>
      severity === 'FATAL' && ((sqlState ?? '').startsWith('28') || LOGIN.test(message)),
    judge: (entries, examples) => ({
      severity: entries.length >= MANY_FAILURES ? 'critical' : 'warning',
      title: words('Неудачные входы', 'Failed logins'),
      evidence: words(`Попыток ${entries.length}: ${examples}`, `${entries.length} attempts: ${examples}`),
      advice: words(
        'Найдите источник; закройте лишние адреса в pg_hba.conf, смените пароли, если подбирали',
        'Find where they come from; close addresses in pg_hba.conf, and renew passwords that were guessed at',
      ),
      sql: 'SELECT * FROM pg_hba_file_rules;',
      measure: entries.length,
    }),
  },
  {
    code: 'log_permission_denied',
    targets: ['logs', 'security'],
    fits: ({ severity, sqlState, message }) =>
      severity === 'ERROR' && (sqlState === '42501' || message.startsWith('permission denied')),
    judge: (entries, examples) => ({
      severity: entries.length >= MANY_FAILURES ? 'warning' : 'notice',
      title: words('Отказы в доступе', 'Access was denied'),
      evidence: words(`Отказов ${entries.length}: ${examples}`, `${entries.length} refusals: ${examples}`),
      advice: words(
        'Дайте нужные права или выясните, кто пробует чужое',
        'Grant what is needed, or find who tries what is not theirs',
      ),
      sql: null,
      measure: entries.length,
    }),
  },
];
