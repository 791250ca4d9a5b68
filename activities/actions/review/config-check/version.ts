import type { Check } from '../check.ts';
import { words } from '../reviewed-database.ts';

/** The last minor release of each major one (https://www.postgresql.org/support/versioning/). */
const END_OF_LIFE: Readonly<Record<number, string>> = {
  10: '2022-11-10',
  11: '2023-11-09',
  12: '2024-11-21',
  13: '2025-11-13',
  14: '2026-11-12',
  15: '2027-11-11',
  16: '2028-11-09',
  17: '2029-11-08',
  18: '2030-11-14',
};
const OLDEST_KNOWN = 10;
const SOON_MS = 180 * 86_400_000;

export const version: Check = {
  name: 'version',
  targets: ['config', 'security'],
  run({ database, now }) {
    const major = Math.floor(database.versionNumber / 10_000);
    const day = major < OLDEST_KNOWN ? '2022-11-10' : END_OF_LIFE[major];
    if (day === undefined) return Promise.resolve({ found: [] });
    const left = Date.parse(day) - now;
    if (left > SOON_MS) return Promise.resolve({ found: [] });
    const isOver = left <= 0;
    const found = {
      code: 'version_end_of_life',
      severity: isOver ? ('critical' as const) : ('warning' as const),
      object: null,
      title: isOver
        ? words('Версия больше не поддерживается', 'The version is no longer supported')
        : words('Поддержка версии скоро кончится', "The version's support ends soon"),
      evidence: words(
        `PostgreSQL ${database.version}, поддержка до ${day}`,
        `PostgreSQL ${database.version}, supported until ${day}`,
      ),
      advice: words(
        'Обновите до поддерживаемой версии (pg_upgrade или логическая репликация)',
        'Upgrade to a supported version (pg_upgrade, or logical replication)',
      ),
      sql: null,
      measure: null,
    };
    return Promise.resolve({ found: [found] });
  },
};
