import { z } from '@hono/zod-openapi';
import { WHY_VERDICTS } from '../../../domain/why.ts';
import { clockChange, localTime, revisionFields } from './fields.ts';

/** What a face that speaks snake_case tells apart: its word for a job, how it writes what all tell, and its names. */
interface Dialect<Id extends string | number, JobId extends string, JobName extends string, Next extends string> {
  readonly noun: string;
  readonly fields: {
    readonly id: z.ZodType<Id>;
    readonly time: z.ZodType<string>;
    readonly timeOrNull: z.ZodType<string | null>;
    readonly executionStatus: z.ZodType<string>;
  };
  /** Of the fields that hold a job's id, its name and its next run. */
  readonly names: { readonly id: JobId; readonly name: JobName; readonly next: Next };
}

/** What the routes of previews, skips, backfills and why answer (`shapes.ts`). */
export function foresightAnswers<
  Id extends string | number,
  const JobId extends string,
  const JobName extends string,
  const Next extends string,
>({ noun, fields, names }: Dialect<Id, JobId, JobName, Next>) {
  const { id, time, timeOrNull, executionStatus } = fields;
  const job = field(names.id, id);
  const next = field(names.next, timeOrNull);
  const preview = z
    .object({
      ...field(names.id, id.nullable()),
      description: z.string().openapi({ description: 'The schedule in words.', example: 'at 02:30 (Europe/Berlin)' }),
      timezone: z.string(),
      enabled: z.boolean().openapi({ description: `Whether the stored ${noun} runs at all as it is.` }),
      executions: z.array(
        z.object({
          time,
          local_time: localTime,
          clock_change: clockChange,
          note: z.string().nullable().openapi({ description: 'What a change of the clocks did to it.' }),
          skipped: z.boolean().openapi({ description: 'Someone asked to skip it.' }),
        }),
      ),
    })
    .openapi('Preview');
  const skipped = z.object({ ...job, execution_id: id, skipped_execution_time: time, ...next }).openapi('SkippedNext');
  const backfill = z
    .object({
      ...job,
      dry_run: z.boolean(),
      group_id: z.string().nullable().openapi({ description: 'Of the workflow that runs them; null in a dry run.' }),
      total: z.number().openapi({ example: 3 }),
      executions: z.array(
        z.object({
          scheduled_at: time,
          execution_id: id.nullable().openapi({ description: 'The new run; null in a dry run.' }),
          recorded_status: executionStatus.nullable().openapi({ description: 'What is recorded for this time.' }),
          recorded_execution_id: id.nullable(),
        }),
      ),
    })
    .openapi('Backfill');
  const seen = z.object({
    execution_id: id,
    status: executionStatus,
    trigger: z.string().openapi({ example: 'scheduled' }),
    scheduled_at: time,
    started_at: timeOrNull,
    completed_at: timeOrNull,
    reason: z.string().nullable().openapi({ description: 'Why it did not run, or ended badly.' }),
  });
  const whyAnswer = z
    .object({
      ...job,
      ...field(names.name, z.string()),
      at: time,
      verdict: z.enum(WHY_VERDICTS),
      explanation: z.string().openapi({ example: 'Skipped: someone asked to skip this fire.' }),
      executions: z.array(seen).openapi({ description: 'With just this time, the scheduled one first.' }),
      under_way: z.array(seen).openapi({ description: 'Began before and were still running then.' }),
      revision: revisionFields({ noun, time }),
      previous_execution: seen.nullable(),
      ...next,
    })
    .openapi('Why');
  return { preview, skipped, backfill, whyAnswer };
}

/** `Record`, for a computed name alone would be forgotten by its type. */
function field<Name extends string, Schema extends z.ZodType>(name: Name, schema: Schema) {
  return { [name]: schema } as Record<Name, Schema>;
}
