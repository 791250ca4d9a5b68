import type { Check } from '../check.ts';
import { words } from '../reviewed-database.ts';

/** Says which target tables there are not. */
export const targets: Check = {
  name: 'target tables',
  targets: ['tables', 'performance'],
  async run({ database, targetTables }) {
    if (targetTables === null || targetTables.length === 0) return { found: [] };
    const absent = await database.query<{ target: string }>(
      'select target from unnest($1::text[]) as target where to_regclass(target) is null',
      [targetTables],
    );
    const lacking = absent.map(({ target }) => ({
      what: words(
        `Таблицы ${target} нет, или роль её не видит`,
        `There is no table ${target}, or the role does not see it`,
      ),
      sql: null,
    }));
    return { found: [], lacking };
  },
};
