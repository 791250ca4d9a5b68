import { z } from '@hono/zod-openapi';
import { checkedByDomain, record, text } from '../../../http/body-fields.ts';
import { pageSize, pageStart } from '../../../http/query-fields.ts';
import { page, time } from './answer-fields.ts';
import { variables } from './schedule-bodies.ts';

const NAMED = 'must be 1 to 100 letters, digits, "_", "-" and "."';
const name = z
  .string(NAMED)
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/, NAMED)
  .openapi({ description: 'What it is called.', example: 'daily_email' });

const content = {
  description: text({ description: 'What it is for.' }, { max: 2000 }).optional(),
  parameters: checkedByDomain({
    type: 'object',
    description: 'By their names: `type` (string, number, integer, boolean, object, array), `description`, `default`.',
    example: { hour: { type: 'integer', default: 9 }, list: { type: 'string' } },
  }),
  schedule: checkedByDomain({
    type: 'object',
    description: 'The body of a schedule, with places such as `{{hour}}` in its texts.',
    example: {
      name: 'daily {{list}}',
      schedule_type: 'cron',
      cron_expression: '0 {{hour}} * * *',
      target_command: 'cmd.notification.send.bulk',
      command_payload: { list: '{{list}}' },
    },
  }),
};

export const newTemplate = record({ name, ...content }).openapi('NewTemplate');
export const changedTemplate = record(content).openapi('TemplateChange');

export const fromTemplate = record({
  version: z.int('must be the number of a version').min(1, 'must be 1 or more').optional(),
  parameters: variables.optional(),
  overrides: z
    .record(z.string(), z.json(), 'must be an object of fields of a schedule')
    .openapi({ type: 'object', description: 'Fields of the schedule in place of those of the template.' })
    .optional(),
}).openapi('FromTemplate');

export const templateParams = z.object({
  name: z.string().openapi({ param: { name: 'name', in: 'path' }, example: 'daily_email' }),
});
export const versionQuery = z.strictObject({
  version: z
    .string('must be given once')
    .regex(/^[1-9]\d{0,8}$/, 'must be the number of a version')
    .transform(Number)
    .openapi({ type: 'integer', description: 'Left out: the latest.', example: 1 })
    .optional(),
});
export const templatesQuery = z.strictObject({ limit: pageSize(50), offset: pageStart });

export const templateBody = z
  .object({
    name: z.string().openapi({ example: 'daily_email' }),
    version: z.number().openapi({ example: 1 }),
    description: z.string(),
    parameters: z.record(z.string(), z.any()),
    schedule: z.record(z.string(), z.any()),
    created_by: z.string(),
    created_at: time,
  })
  .openapi('Template');
export const templateList = page(templateBody).openapi('TemplateList');
export const templateVersions = page(templateBody).openapi('TemplateVersions');
