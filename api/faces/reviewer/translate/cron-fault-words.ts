import type { Rewording } from './reworded.ts';

const QUOTED = String.raw`"(?:[^"\\]|\\.)*"`;

/** What cron expressions are refused for (domain/schedules/cron-fields.ts): several faults may stand in one sentence. */
export const CRON_FAULTS: readonly Rewording[] = [
  [
    /is longer than (\d+) characters: use ranges and steps, or several jobs/,
    'длиннее $1 символов: используйте диапазоны и шаги или несколько задач',
  ],
  [
    new RegExp(`(${QUOTED}) is not supported: use a schedule of kind "interval"`),
    '$1 не поддерживается: напишите выражение из пяти полей',
  ],
  [new RegExp(`(${QUOTED}) is not supported: use one of `), '$1 не поддерживается: используйте одно из '],
  [
    /may not name a time zone: give it in the field timezone/,
    'не может содержать часовой пояс: он задаётся в SCHEDULER_TIMEZONE',
  ],
  [
    new RegExp(`must have 5 fields .*such as ("30 9 \\* \\* mon-fri"); (${QUOTED}) has (\\d+)`),
    'нужно 5 полей (минута, час, день месяца, месяц, день недели) или 6 (сначала секунда), например $1; в $2 полей: $3',
  ],
  [/must be a cron expression, such as ("[^"]*")/, 'нужно выражение cron, например $1'],
  [
    new RegExp(`(${QUOTED}) never fires in (\\S+): check that [^]*$`),
    '$1 никогда не сработает в поясе $2: проверьте, бывают ли такие дни в этих месяцах (в феврале нет 30-го)',
  ],
  [/LW must stand alone/g, 'LW должно стоять отдельно'],
  [
    new RegExp(`the step of (${QUOTED}) must be a whole number from (\\d+) to (\\d+)`, 'g'),
    'шаг в $1 должен быть целым числом от $2 до $3',
  ],
  [new RegExp(`(${QUOTED}) runs backwards: write `, 'g'), '$1 идёт в обратную сторону: напишите '],
  [
    new RegExp(`cannot read (${QUOTED}): use numbers from (\\d+) to (\\d+)`, 'g'),
    'не удаётся прочесть $1: используйте числа от $2 до $3',
  ],
  [/ or names such as (\w+)/g, ' или имена, например $1'],
  [/, \*, ranges a-b, steps \*\/n and lists a,b/g, ', *, диапазоны a-b, шаги */n и списки a,b'],
  [/; also L \(last\), LW, 15W \(nearest weekday\)/g, '; также L (последний), LW, 15W (ближайший будний день)'],
  [/; also 5L \(last Friday\), 5#2 \(second Friday\)/g, '; также 5L (последняя пятница), 5#2 (вторая пятница)'],
  [/(^|; )second: /g, '$1секунда: '],
  [/(^|; )minute: /g, '$1минута: '],
  [/(^|; )hour: /g, '$1час: '],
  [/(^|; )day of month: /g, '$1день месяца: '],
  [/(^|; )month: /g, '$1месяц: '],
  [/(^|; )day of week: /g, '$1день недели: '],
];
