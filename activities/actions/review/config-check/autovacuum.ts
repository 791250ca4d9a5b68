import { words } from '../reviewed-database.ts';
import { checkOf } from './rule.ts';

/** PostgreSQL docs, 19.10 Vacuuming; 24.1 Routine Vacuuming. */
export const autovacuum = checkOf(
  'autovacuum',
  ['config', 'performance'],
  [
    {
      name: 'autovacuum',
      severity: 'critical',
      isWrong: (value) => value === 'off',
      title: words('autovacuum выключен', 'autovacuum is off'),
      advice: words(
        'Включите autovacuum: без него растут таблицы и возраст транзакций',
        'Turn autovacuum on: without it tables and the age of transactions grow',
      ),
      wanted: 'on',
    },
    {
      name: 'track_counts',
      severity: 'critical',
      isWrong: (value) => value === 'off',
      title: words('track_counts выключен: autovacuum не видит изменений', 'track_counts is off: autovacuum is blind'),
      advice: words('Включите track_counts', 'Turn track_counts on'),
      wanted: 'on',
    },
    {
      name: 'autovacuum_vacuum_scale_factor',
      severity: 'notice',
      isWrong: (value) => Number(value) > 0.3,
      title: words('Таблицы чистятся слишком поздно', 'Tables are vacuumed too late'),
      advice: words('Верните 0.2 или меньше', 'Set it back to 0.2 or less'),
      wanted: '0.1',
    },
    {
      name: 'autovacuum_freeze_max_age',
      severity: 'warning',
      isWrong: (value) => Number(value) > 1_000_000_000,
      title: words('Заморозка откладывается слишком долго', 'Freezing is put off for too long'),
      advice: words('Верните 200000000', 'Set it back to 200000000'),
      wanted: '200000000',
      needsRestart: true,
    },
  ],
);
