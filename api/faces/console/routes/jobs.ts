import { createRoute } from '@hono/zod-openapi';
import type { FaceApp } from '../../../http/face.ts';
import { etagOf } from '../../../http/preconditions.ts';
import { answer, body } from '../../../http/route-answers.ts';
import { createJob } from '../../../verbs/create-job.ts';
import { listKeptJobs } from '../../../verbs/list-kept-jobs.ts';
import { jobBody, jobList } from '../schema/job-answers.ts';
import { createBody } from '../schema/job-bodies.ts';
import { listQuery } from '../schema/queries.ts';
import { refusals } from '../schema/refusals.ts';
import { JOBS } from '../translate/job-id.ts';
import { inFieldNames, specOf } from '../translate/job-input.ts';
import { jobShape } from '../translate/job-shape.ts';
import { pageShape, windowOf } from '../translate/page-shape.ts';
import { readingOf } from './reading.ts';

const create = createRoute({
  method: 'post',
  path: JOBS,
  tags: ['Jobs'],
  summary: 'Create a job',
  description:
    'The job type follows from the fields: interval fields, which add up, or a cron expression. `Idempotency-Key` makes a repetition safe.',
  request: { body: body(createBody) },
  responses: { 201: answer('The job stands and is timed.', jobBody), ...refusals(400, 409, 413) },
});

const list = createRoute({
  method: 'get',
  path: JOBS,
  tags: ['Jobs'],
  summary: 'List jobs',
  description: 'In the order of their creation.',
  request: { query: listQuery },
  responses: { 200: answer('A page of jobs.', jobList), ...refusals(400) },
});

export function addJobsRoutes(app: FaceApp): void {
  app.openapi(create, async (c) => {
    const { verb } = c.var;
    const spec = specOf(c.req.valid('json'), await readingOf(verb));
    const view = await createJob(verb, { spec }).catch((error: unknown) => {
      throw inFieldNames(error);
    });
    c.header('Location', `${JOBS}/${view.job.number}`);
    c.header('ETag', etagOf(view.job.revision));
    return c.json(jobShape({ ...view, isDeleted: false }), 201);
  });

  app.openapi(list, async (c) => {
    const { is_enabled: enabled, job_type_id: kind, include_inactive: withDeleted, ...paging } = c.req.valid('query');
    const filter = { enabled, kind: kind ?? undefined, withDeleted };
    const { jobs, total } = await listKeptJobs(c.var.verb, { filter, ...windowOf(paging) });
    return c.json(pageShape(jobs.map(jobShape), total, paging), 200);
  });
}
