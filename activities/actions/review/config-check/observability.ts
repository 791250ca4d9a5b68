import { words } from '../reviewed-database.ts';
import { checkOf } from './rule.ts';

/** Without these a later question has no answer. */
export const observability = {
  ...checkOf(
    'observability',
    ['config', 'performance'],
    [
      {
        name: 'track_io_timing',
        severity: 'notice',
        isWrong: (value) => value === 'off',
        title: words('Время ввода-вывода не измеряется', 'The time of I/O is not measured'),
        advice: words(
          'Включите track_io_timing, если по pg_test_timing чтение часов обходится дёшево',
          'Turn track_io_timing on where pg_test_timing shows cheap clocks',
        ),
        wanted: 'on',
      },
      {
        name: 'log_min_duration_statement',
        severity: 'notice',
        isWrong: (value) => value === '-1',
        title: words('Медленные запросы не пишутся в журнал', 'Slow statements are not logged'),
        advice: words('Задайте порог', 'Set a threshold'),
        wanted: '1s',
      },
      {
        name: 'log_lock_waits',
        severity: 'notice',
        isWrong: (value) => value === 'off',
        title: words('Ожидания блокировок не пишутся в журнал', 'Waits for locks are not logged'),
        advice: words('Включите log_lock_waits', 'Turn log_lock_waits on'),
        wanted: 'on',
      },
      {
        name: 'log_temp_files',
        severity: 'notice',
        isWrong: (value) => value === '-1',
        title: words('Временные файлы не пишутся в журнал', 'Temporary files are not logged'),
        advice: words('Задайте порог', 'Set a threshold'),
        wanted: '10MB',
      },
    ],
  ),
  isDetail: true as const,
};
