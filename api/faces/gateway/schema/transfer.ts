import { z } from '@hono/zod-openapi';
import { checkedByDomain, flag, record, text } from '../../../http/body-fields.ts';
import { createBody } from './job-bodies.ts';

const time = (what: string) =>
  z
    .string(`must be ${what}, such as "2025-03-12T15:10:00Z"`)
    .refine((written) => !Number.isNaN(Date.parse(written)), `must be ${what}, such as "2025-03-12T15:10:00Z"`)
    .optional();

/** One job of a file: what a creation takes, and what an export adds. */
export const importedJob = record({
  ...createBody.shape,
  id: z
    .string('must be a public id such as "job_001"')
    .regex(/^job_\d{3,15}$/, 'must be a public id such as "job_001"')
    .optional(),
  uuid: z.uuid('must be a UUID').optional(),
  anchor_at: time('the time from which the interval counts'),
  paused_at: time('the time since when it is paused'),
  disabled_reason: text({ description: 'Why it is disabled.' }, { max: 2000 }).optional(),
  created_at: checkedByDomain({ description: 'Told by exports; not read.' }),
  created_by: checkedByDomain({ description: 'Told by exports; not read.' }),
  next_execution: checkedByDomain({ description: 'Told by exports; not read.' }),
  statistics: checkedByDomain({ description: 'Told by exports; not read.' }),
}).openapi('ImportedJob');
export type ImportedJob = z.infer<typeof importedJob>;

export const exportBody = record({
  format: z.enum(['json', 'yaml'], 'must be "json" or "yaml"').default('json').openapi({ example: 'json' }),
  include_history: flag({ description: 'Adds a list `history` of all executions.', example: false }).optional(),
  include_statistics: flag({ description: 'Adds `statistics` to each job.', example: true }).optional(),
}).openapi('Export');

const BOOLEANS: Readonly<Record<string, boolean>> = { true: true, false: false, '1': true, '0': false };

/** A form has only text: Python's requests writes `True` and `False`. */
const formFlag = z
  .union([z.boolean(), z.string()], 'must be true or false')
  .transform((value, context) => {
    const read = typeof value === 'boolean' ? value : BOOLEANS[value.trim().toLowerCase()];
    if (read !== undefined) return read;
    context.addIssue({ code: 'custom', message: 'must be true or false' });
    return z.NEVER;
  })
  .openapi({ type: 'boolean', description: 'Says what would happen to each job, and stores nothing.', example: false });

export const importOptions = record({
  strategy: z
    .enum(['merge', 'replace'], 'must be "merge" or "replace"')
    .default('merge')
    .openapi({ description: '`merge` adds what is not there; `replace` also makes what is there as the file says.' }),
  dry_run: formFlag.default(false),
});
export type ImportOptions = z.infer<typeof importOptions>;

/** For the API reference: the request is read by hand, since it comes in two forms. */
export const importForm = z
  .object({
    configFile: z.string().openapi({ format: 'binary', description: 'An exported file, JSON or YAML.' }),
    ...importOptions.shape,
  })
  .openapi('ImportForm');
export const importBody = z
  .object({ config: z.object({ jobs: z.array(importedJob) }), ...importOptions.shape })
  .openapi('ImportBody');

const count = z.number();
const counts = {
  import_id: z.string().openapi({ example: 'import_20250312152000' }),
  dry_run: z.boolean(),
  strategy: z.enum(['merge', 'replace']),
  processed: count.openapi({ description: 'Jobs in the file.', example: 8 }),
  imported: count.openapi({ description: 'Jobs made or changed; in a dry run, that would be.', example: 6 }),
  skipped: count.openapi({ description: 'Jobs that are there already.', example: 2 }),
  errors: count.openapi({ description: 'Faults; with any of them nothing is stored.', example: 0 }),
  error_details: z.array(
    z.object({ index: count, name: z.string().nullable(), field: z.string(), message: z.string() }),
  ),
};

export const imported = z
  .object({
    success: z.literal(true),
    ...counts,
    jobs: z
      .array(
        z.object({
          index: count,
          name: z.string(),
          job_id: z.string().nullable(),
          outcome: z.enum(['created', 'updated', 'skipped']),
        }),
      )
      .optional()
      .openapi({ description: 'In a dry run: what would become of each.' }),
  })
  .openapi('Imported');

export const importParams = z.object({
  import_id: z.string().openapi({ param: { name: 'import_id', in: 'path' }, example: 'import_20250312152000' }),
});

const counted = { total_jobs: count.openapi({ description: 'Jobs in the file.' }), processed_jobs: count };

/** One line of a streamed answer; the last one is the whole answer. */
export const importLine = z
  .object({ import_id: z.string(), status: z.literal('running'), ...counted })
  .openapi('ImportLine');

export const importStanding = z
  .object({
    success: z.literal(true),
    import_id: z.string().openapi({ example: 'import_20250312152000' }),
    status: z.enum(['running', 'completed', 'refused', 'failed', 'interrupted']).openapi({
      description:
        '`refused`: an entry was faulty; `interrupted`: the service ended meanwhile. Nothing is stored unless `completed`.',
    }),
    strategy: z.enum(['merge', 'replace']),
    dry_run: z.boolean(),
    ...counted,
    imported: count,
    skipped: count,
    errors: count,
    message: z.string().nullable().openapi({ description: 'The first fault, or why it failed.' }),
    start_time: z.string(),
    end_time: z.string().nullable(),
    triggered_by: z.string(),
  })
  .openapi('ImportStanding');

export const notImported = z
  .object({
    success: z.literal(false),
    error: z.string(),
    message: z.string(),
    code: z.literal('INVALID_INPUT'),
    timestamp: z.string(),
    ...counts,
  })
  .openapi('NotImported');

export const NOT_IMPORTED = {
  success: false,
  error: 'Invalid input',
  message:
    'Nothing was imported, since 1 faults were found; the first: jobs[1].name: is missing: it must be text of 1 to 200 characters',
  code: 'INVALID_INPUT',
  timestamp: '2025-03-12T15:20:00Z',
  import_id: 'import_20250312152000',
  dry_run: false,
  strategy: 'merge',
  processed: 2,
  imported: 0,
  skipped: 0,
  errors: 1,
  error_details: [
    { index: 1, name: null, field: 'jobs[1].name', message: 'is missing: it must be text of 1 to 200 characters' },
  ],
} as const;
