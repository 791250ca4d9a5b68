import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { FaceApp, FaceEnv } from '../../../http/face.ts';
import { fieldsOf } from '../../../http/schedules/schedule-type.ts';
import { linkPages } from '../../../http/page-links.ts';
import { etagOf } from '../../../http/preconditions.ts';
import { createJob } from '../../../verbs/create-job.ts';
import { listJobs } from '../../../verbs/list-jobs.ts';
import { createBody, typedBody, type CreateBody } from '../schema/job-bodies.ts';
import { listQuery } from '../schema/queries.ts';
import { answer, body } from '../../../http/route-answers.ts';
import { refusals } from '../schema/refusals.ts';
import { jobCreated, jobList } from '../schema/job-answers.ts';
import { specOf } from '../translate/job-input.ts';
import { BASE, jobId } from '../translate/job-id.ts';
import { createdJob, listedJob } from '../translate/job-shape.ts';
import { scheduleType, type ScheduleTypeName } from '../translate/schedule-types.ts';
import { readingOf } from './reading.ts';

const list = createRoute({
  method: 'get',
  path: `${BASE}/jobs`,
  tags: ['Jobs'],
  summary: 'Get all jobs',
  description: 'The jobs in the order of their creation. `Link` names the next and the previous page.',
  request: { query: listQuery },
  responses: { 200: answer('A page of jobs.', jobList), ...refusals(400) },
});

const create = createRoute({
  method: 'post',
  path: `${BASE}/jobs`,
  tags: ['Jobs'],
  summary: 'Create a job',
  description: 'Needs the role `operator`; system actions need `admin`. `Idempotency-Key` makes a repetition safe.',
  request: { body: body(createBody) },
  responses: { 201: answer('The job stands and is timed.', jobCreated), ...refusals(400, 409, 413) },
});

/** gateway.txt, Schedule Types API, and the same for the types that DECISIONS adds. */
const TYPED = ['interval', 'daily', 'weekly', 'monthly', 'cron', 'sun'] as const satisfies readonly ScheduleTypeName[];

export function addJobsRoutes(app: FaceApp): void {
  app.openapi(list, async (c) => {
    const { status, type, tags, limit, offset } = c.req.valid('query');
    const filter = {
      ...(status !== undefined && { status }),
      ...(type !== undefined && { kinds: [scheduleType(type).kind] }),
      ...(tags !== undefined && { tags }),
    };
    const page = await listJobs(c.var.verb, { filter, limit, offset });
    linkPages(c, { limit, offset, hasMore: page.hasMore, total: page.total });
    const jobs = page.jobs.map(listedJob);
    const pagination = { limit, offset, has_more: page.hasMore };
    return c.json({ success: true as const, total_jobs: page.total, active_jobs: page.active, jobs, pagination }, 200);
  });

  app.openapi(create, async (c) => c.json(await made(c, c.req.valid('json'), 'schedule'), 201));

  for (const type of TYPED) {
    const route = createRoute({
      method: 'post',
      path: `${BASE}/jobs/${type}`,
      tags: ['Schedule types'],
      summary: `Create a job of type ${type}`,
      description: `Like POST ${BASE}/jobs with type \`${type}\`; the fields of the schedule stand beside the job's own.`,
      request: { body: body(typedBody(type)) },
      responses: { 201: answer('The job stands and is timed.', jobCreated), ...refusals(400, 409, 413) },
    });
    app.openapi(route, async (c) => c.json(await made(c, untyped(type, c.req.valid('json')), ''), 201));
  }
}

/** The body of a typed creation in the form of the general one. */
function untyped(
  type: ScheduleTypeName,
  typed: Omit<CreateBody, 'type' | 'schedule'> & Record<string, unknown>,
): CreateBody {
  const given = fieldsOf(scheduleType(type)).filter((field) => typed[field] !== undefined);
  return { ...typed, type, schedule: Object.fromEntries(given.map((field) => [field, typed[field]])) };
}

async function made(c: Context<FaceEnv>, asked: CreateBody, scheduleAt: string) {
  const { verb } = c.var;
  const view = await createJob(verb, { spec: specOf(asked, readingOf(c), scheduleAt), maxJobs: verb.limits.maxJobs });
  const id = jobId(view.job.number);
  c.header('Location', `${BASE}/jobs/${id}`);
  c.header('ETag', etagOf(view.job.revision));
  return { success: true as const, job_id: id, message: 'Job created successfully', job: createdJob(view) };
}
