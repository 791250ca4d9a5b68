import { words } from '../reviewed-database.ts';
import { checkOf, type Rule } from './rule.ts';

/** PostgreSQL docs, 19.7.1: these switches are for finding out, not for running with. */
const SWITCHES = [
  'enable_seqscan',
  'enable_indexscan',
  'enable_bitmapscan',
  'enable_hashjoin',
  'enable_nestloop',
  'enable_mergejoin',
];

const switchedOff = SWITCHES.map((name): Rule => ({
  name,
  severity: 'warning',
  isWrong: (value) => value === 'off',
  title: words('Планировщику запрещён способ доступа', 'The planner is denied a method'),
  advice: words(
    'Включите его; ищите причину плохого плана в статистике и индексах',
    'Turn it on; look for the cause of a bad plan in statistics and indexes',
  ),
  wanted: 'on',
}));

export const planner = checkOf(
  'planner',
  ['config', 'performance'],
  [
    {
      name: 'random_page_cost',
      severity: 'notice',
      isWrong: (value) => Number(value) >= 4,
      title: words('random_page_cost рассчитан на жёсткие диски', 'random_page_cost is that of spinning disks'),
      advice: words('На SSD задайте 1.1', 'On SSDs set 1.1'),
      wanted: '1.1',
    },
    {
      name: 'default_statistics_target',
      severity: 'notice',
      isWrong: (value) => Number(value) < 50,
      title: words('Статистика слишком груба', 'Statistics are too coarse'),
      advice: words('Верните 100', 'Set it back to 100'),
      wanted: '100',
    },
    ...switchedOff,
  ],
);
