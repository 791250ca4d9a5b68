import { words } from '../reviewed-database.ts';
import { checkOf } from './rule.ts';

const MB = 2 ** 20;

/** Durability and checkpoints (PostgreSQL docs, 19.5 Write Ahead Log). */
export const wal = checkOf(
  'wal',
  ['config', 'performance'],
  [
    {
      name: 'fsync',
      severity: 'critical',
      isWrong: (value) => value === 'off',
      title: words('fsync выключен: сбой питания разрушит базу', 'fsync is off: a power failure destroys the database'),
      advice: words('Включите fsync, где данные дороги', 'Turn fsync on wherever the data matters'),
      wanted: 'on',
    },
    {
      name: 'full_page_writes',
      severity: 'critical',
      isWrong: (value) => value === 'off',
      title: words(
        'full_page_writes выключен: сбой может испортить страницы',
        'full_page_writes is off: a crash may tear pages',
      ),
      advice: words('Включите full_page_writes', 'Turn full_page_writes on'),
      wanted: 'on',
    },
    {
      name: 'synchronous_commit',
      severity: 'warning',
      isWrong: (value) => value === 'off',
      title: words('Последние транзакции могут пропасть при сбое', 'The last commits may be lost in a crash'),
      advice: words(
        'Включите synchronous_commit; выключайте для отдельных транзакций',
        'Turn synchronous_commit on; turn it off for single transactions only',
      ),
      wanted: 'on',
    },
    {
      name: 'max_wal_size',
      severity: 'notice',
      isWrong: (_, settings) => (settings.number('max_wal_size') ?? Infinity) < 1024 * MB,
      title: words(
        'max_wal_size мал: контрольные точки будут частыми',
        'max_wal_size is small: checkpoints come too often',
      ),
      advice: words('Увеличьте max_wal_size, если есть место на диске', 'Raise max_wal_size where the disk has room'),
      wanted: '2GB',
    },
    {
      name: 'checkpoint_timeout',
      severity: 'notice',
      isWrong: (_, settings) => (settings.number('checkpoint_timeout') ?? Infinity) < 300_000,
      title: words('Контрольные точки чаще раза в пять минут', 'Checkpoints come more often than each five minutes'),
      advice: words('Увеличьте checkpoint_timeout', 'Raise checkpoint_timeout'),
      wanted: '15min',
    },
    {
      name: 'checkpoint_completion_target',
      severity: 'notice',
      isWrong: (value) => Number(value) < 0.7,
      title: words('Контрольные точки пишут рывками', 'Checkpoints write in bursts'),
      advice: words('Растяните запись на 0.9 промежутка', 'Spread the writing over 0.9 of the interval'),
      wanted: '0.9',
    },
  ],
);
