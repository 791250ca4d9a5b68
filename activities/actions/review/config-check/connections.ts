import type { Found } from '../../../../domain/reviews/finding.ts';
import type { Check } from '../check.ts';
import { percent } from '../format.ts';
import { words } from '../reviewed-database.ts';
import { checkOf } from './rule.ts';
import { readSettings } from './settings.ts';

export const connectionSettings = checkOf(
  'connection settings',
  ['config', 'performance'],
  [
    {
      name: 'max_connections',
      severity: 'notice',
      isWrong: (value) => Number(value) > 500,
      title: words('Слишком много разрешённых соединений', 'Too many connections are allowed'),
      advice: words(
        'Поставьте пул соединений и уменьшите max_connections',
        'Put a connection pooler in front and lower max_connections',
      ),
      wanted: '200',
      needsRestart: true,
    },
    {
      name: 'idle_in_transaction_session_timeout',
      severity: 'notice',
      isWrong: (value, settings) => value === '0' && (settings.number('idle_session_timeout') ?? 0) === 0,
      title: words('Брошенные транзакции никто не закрывает', 'Nothing ends abandoned transactions'),
      advice: words(
        'Задайте срок: открытая транзакция мешает очистке',
        'Set a limit: an open transaction holds vacuum back',
      ),
      wanted: '10min',
    },
  ],
);

interface Use {
  readonly used: number;
}

/** How near the server is to refusing connections. */
export const connectionsUsed: Check = {
  name: 'connections in use',
  targets: ['config', 'performance'],
  async run(scope) {
    const settings = await readSettings(scope);
    const most = settings.number('max_connections') ?? 0;
    const [row] = await scope.database.query<Use>(
      `select count(*)::int as used from pg_catalog.pg_stat_activity where backend_type = 'client backend'`,
    );
    const used = row?.used ?? 0;
    const facts = { connections: { used, max: most } };
    if (most === 0 || used / most < 0.8) return { found: [], facts };
    const share = percent(used / most);
    const found: Found = {
      code: 'connections_exhausted',
      severity: used / most >= 0.95 ? 'critical' : 'warning',
      object: null,
      title: words('Соединения кончаются', 'Connections run out'),
      evidence: words(`Занято ${used} из ${most} (${share.ru})`, `${used} of ${most} are in use (${share.en})`),
      advice: words('Найдите, кто держит соединения, и поставьте пул', 'Find who holds them, and use a pooler'),
      sql: 'SELECT usename, application_name, state, count(*) FROM pg_stat_activity GROUP BY 1, 2, 3 ORDER BY 4 DESC;',
      measure: used / most,
    };
    return { found: [found], facts };
  },
};
