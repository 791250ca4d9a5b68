import { createRoute, type z } from '@hono/zod-openapi';
import { answer, body, namedBody, type RefusalsOf, type RefusalTable } from '../route-answers.ts';
import { whyQuery } from './fields.ts';

type Schemas = Readonly<
  Record<'previewBody' | 'preview' | 'skipped' | 'backfillBody' | 'backfill' | 'whyAnswer', z.ZodType>
>;

/** A face that speaks English of runs. */
interface Place<
  Params extends z.ZodObject,
  Refusals extends RefusalTable<400 | 404 | 409 | 413>,
  Known extends Schemas,
> {
  /** Its word for a job. */
  readonly noun: string;
  /** Its path of all jobs, and of one. */
  readonly jobs: string;
  readonly job: string;
  readonly params: Params;
  readonly refusals: RefusalsOf<Refusals>;
  readonly schemas: Known;
}

/** The routes of previews, skips, backfills and why. The body of a skip is the face's registered `Reason`, or none. */
export function foresightRoutes<
  Params extends z.ZodObject,
  Refusals extends RefusalTable<400 | 404 | 409 | 413>,
  Known extends Schemas,
>({ noun, jobs, job, params, refusals, schemas }: Place<Params, Refusals, Known>) {
  const { previewBody, preview, skipped, backfillBody, backfill, whyAnswer } = schemas;
  const tags = ['Foresight'];
  return {
    preview: createRoute({
      method: 'post',
      path: `${jobs}/preview`,
      tags,
      summary: 'Preview a schedule',
      description:
        `The next run times of a schedule, or of a stored ${noun}, in its zone and UTC, with a note where a change of the ` +
        'clocks moved, merged or skipped one. Stores nothing.',
      request: { body: body<Known['previewBody']>(previewBody) },
      responses: {
        200: answer<Known['preview']>('The run times, the earliest first.', preview),
        ...refusals(400, 404, 413),
      },
    }),
    skip: createRoute({
      method: 'post',
      path: `${job}/skip-next`,
      tags,
      summary: 'Skip the next execution',
      description:
        'Asked again, the one after it too. A change of the schedule takes it back. The body may be left out.',
      request: { params, body: namedBody('Reason') },
      responses: { 200: answer<Known['skipped']>('It will be skipped.', skipped), ...refusals(400, 404, 409) },
    }),
    backfill: createRoute({
      method: 'post',
      path: `${job}/backfill`,
      tags,
      summary: `Run a ${noun} for past run times`,
      description: 'Once for each past run time of its schedule in the range, one after another, at most 500.',
      request: { params, body: body<Known['backfillBody']>(backfillBody) },
      responses: {
        200: answer<Known['backfill']>('The run times and their executions.', backfill),
        ...refusals(400, 404, 413),
      },
    }),
    why: createRoute({
      method: 'get',
      path: `${job}/why`,
      tags,
      summary: `Ask why a ${noun} ran or did not`,
      description: 'What happened at an instant, or will, and why: from the history and the configuration of then.',
      request: { params, query: whyQuery },
      responses: { 200: answer<Known['whyAnswer']>('What is known of the instant.', whyAnswer), ...refusals(400, 404) },
    }),
  };
}
