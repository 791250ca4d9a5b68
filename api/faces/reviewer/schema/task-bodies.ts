import { z } from '@hono/zod-openapi';
import {
  ANALYSIS_TARGETS,
  DEFAULT_QUERY_TIMEOUT_S,
  LEGAL_TARGETS,
  MOST_QUERY_TIMEOUT_S,
  OUTPUT_FORMATS,
  TASK_TYPES,
} from '../../../../domain/actions/review.ts';
import { LANGUAGES } from '../../../../domain/reviews/finding.ts';
import { checkedByDomain, flag, record, text, wholeNumber } from '../../../http/body-fields.ts';

const legalPairs = TASK_TYPES.map((type) => `- \`${type}\`: ${LEGAL_TARGETS[type].join(', ')}`).join('\n');

const name = text({ description: 'Название задачи.', example: 'Daily Security Check' }, { min: 1, max: 255 });
export const cron = text(
  {
    description: 'Выражение cron из пяти полей, или из шести, первое из них секунды; пояс SCHEDULER_TIMEZONE.',
    example: '0 2 * * *',
  },
  { min: 1, max: 255 },
);
const description = text({ description: 'Для чего задача.' }, { max: 10_000 }).nullable().optional();
const isActive = flag({ description: 'Запускать ли задачу по расписанию.', example: true }).nullable().optional();

/** Checked by the review itself in the domain, whose refusals name the field. */
const taskParams = record({
  analysis_target: checkedByDomain({
    type: ['string', 'null'],
    enum: [...ANALYSIS_TARGETS, null],
    description: `На что смотреть; без него проверяется всё. Допустимые сочетания с task_type:\n\n${legalPairs}`,
    example: 'security',
  }),
  custom_sql: checkedByDomain({
    type: ['string', 'null'],
    description: 'Для custom_sql: один запрос, который читает.',
    example: 'SELECT usename, count(*) FROM pg_stat_activity GROUP BY usename',
  }),
  target_tables: checkedByDomain({
    type: ['array', 'null'],
    items: { type: 'string' },
    description: 'Для table_analysis: таблицы, `имя` или `схема.имя`; без списка все.',
    example: ['public.orders'],
  }),
  query_timeout: checkedByDomain({
    type: ['integer', 'null'],
    minimum: 1,
    maximum: MOST_QUERY_TIMEOUT_S,
    default: DEFAULT_QUERY_TIMEOUT_S,
    description: 'Сколько секунд может длиться вся проверка.',
    example: DEFAULT_QUERY_TIMEOUT_S,
  }),
  output_format: checkedByDomain({
    type: ['string', 'null'],
    enum: [...OUTPUT_FORMATS, null],
    default: 'json',
    description: 'markdown и html добавляют к результату готовый отчёт `document`.',
    example: 'json',
  }),
  detailed_analysis: checkedByDomain({
    type: ['boolean', 'null'],
    default: true,
    description: 'Добавляет менее важные проверки и больше показателей.',
    example: true,
  }),
  language: checkedByDomain({
    type: ['string', 'null'],
    enum: [...LANGUAGES, null],
    default: 'ru',
    description: 'Язык результата.',
    example: 'ru',
  }),
}).openapi('TaskParams');
export type TaskParams = z.infer<typeof taskParams>;

export const createBody = record({
  name,
  task_type: z
    .enum(TASK_TYPES, { error: `must be one of: ${TASK_TYPES.join(', ')}` })
    .openapi({ description: 'Что проверять.', example: 'custom_sql' }),
  connection_id: wholeNumber(
    { description: 'Подключение из REVIEW_CONNECTIONS; 1 по умолчанию собственная база службы.', example: 1 },
    1,
    999_999_999,
  ),
  cron_schedule: cron,
  description,
  task_params: taskParams.nullable().optional(),
  is_active: isActive,
}).openapi('ScheduledTaskCreate');
export type CreateBody = z.infer<typeof createBody>;

export const updateBody = record({
  name: name.nullable().optional(),
  cron_schedule: cron.nullable().optional(),
  description,
  task_params: taskParams.nullable().optional().openapi({ description: 'Заменяются целиком.' }),
  is_active: isActive,
}).openapi('ScheduledTaskUpdate');
export type UpdateBody = z.infer<typeof updateBody>;
