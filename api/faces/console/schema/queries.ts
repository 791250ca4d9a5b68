import { z } from '@hono/zod-openapi';
import type { FieldDoc } from '../../../http/body-fields.ts';
import { count } from '../../../http/query-fields.ts';
import { EXECUTION_STATUSES, JOB_TYPES, statesOf } from '../translate/lookups.ts';

const MOST_PAGES = 10_000_000;

/** As programs in several languages write it: `true`, `True`, `1`. */
function queryFlag(doc: FieldDoc) {
  const needed = 'must be true or false';
  return z
    .string(needed)
    .regex(/^(true|false|1|0)$/i, needed)
    .transform((word) => word === '1' || word.toLowerCase() === 'true')
    .openapi({ type: 'boolean', ...doc });
}

const paging = {
  page: count({ description: 'Pages count from 1.', example: 1 }, 1, 1, MOST_PAGES),
  per_page: count({ description: 'Entries of a page.', example: 20 }, 20, 1, 100),
};

const includeInactive = queryFlag({ description: 'Deleted jobs, too.', example: false }).default(false);

/** Overrides the protection of primary jobs and, for a trigger, that of disabled and busy ones. */
export const forceQuery = z.strictObject({
  force: queryFlag({
    description: 'Does it to a primary job, or runs a disabled or busy one.',
    example: false,
  }).default(false),
});

export const jobQuery = z.strictObject({ include_inactive: includeInactive });

const typeIds = JOB_TYPES.map(({ id }) => id).join(' or ');

export const listQuery = z.strictObject({
  ...paging,
  is_enabled: queryFlag({ description: 'Only enabled jobs, or only disabled ones.' }).optional(),
  job_type_id: z
    .string(`must be ${typeIds}`)
    .transform((text) => JOB_TYPES.find(({ id }) => String(id) === text)?.name ?? null)
    .refine((name) => name !== null, `must be ${typeIds}: GET /api/v1/scheduler/job-types lists them`)
    .openapi({ type: 'integer', description: 'Only jobs of this type: 1 interval, 2 cron.', example: 1 })
    .optional(),
  include_inactive: includeInactive,
});

const STATUS_NEEDED = `must be a status id from 1 to ${EXECUTION_STATUSES.length}: GET /api/v1/scheduler/execution-statuses lists them`;

export const historyQuery = z.strictObject({
  ...paging,
  status_id: z
    .string(STATUS_NEEDED)
    .transform((text) => (/^\d{1,3}$/.test(text) ? statesOf(Number(text)) : null))
    .refine((states) => states !== null, STATUS_NEEDED)
    .openapi({ type: 'integer', description: 'Only executions with this status.', example: 3 })
    .optional(),
});

export const jobHistoryQuery = historyQuery.extend({ include_inactive: includeInactive });
