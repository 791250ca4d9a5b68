import { createRoute } from '@hono/zod-openapi';
import type { FaceApp } from '../../../http/face.ts';
import { etagOf, ifMatch } from '../../../http/preconditions.ts';
import { answer, body } from '../../../http/route-answers.ts';
import { deleteJob } from '../../../verbs/delete-job.ts';
import { getKeptJob } from '../../../verbs/kept-job.ts';
import { refuseProtected } from '../../../verbs/refuse-protected.ts';
import { updateJob } from '../../../verbs/update-job.ts';
import { jobBody } from '../schema/job-answers.ts';
import { updateBody } from '../schema/job-bodies.ts';
import { forceQuery, jobQuery } from '../schema/queries.ts';
import { jobParams, refusals } from '../schema/refusals.ts';
import { JOBS, jobKey } from '../translate/job-id.ts';
import { inFieldNames, patchOf } from '../translate/job-input.ts';
import { jobShape } from '../translate/job-shape.ts';
import { readingOf } from './reading.ts';

const path = `${JOBS}/{job_id}`;
const IF_MATCH = 'With `If-Match: "<revision>"` it is refused (409) when the job was changed meanwhile.';

const details = createRoute({
  method: 'get',
  path,
  tags: ['Jobs'],
  summary: 'Get a job',
  description:
    'With its next run. The `ETag` is its revision. A deleted job is shown where `include_inactive` is true.',
  request: { params: jobParams, query: jobQuery },
  responses: { 200: answer('The job.', jobBody), ...refusals(400, 404) },
});

const update = createRoute({
  method: 'put',
  path,
  tags: ['Jobs'],
  summary: 'Update a job',
  description: `What is left out stays; null clears a name, a description or an interval field. Disabling a primary job needs \`?force=true\`. ${IF_MATCH}`,
  request: { params: jobParams, query: forceQuery, body: body(updateBody) },
  responses: { 200: answer('The job as it is now.', jobBody), ...refusals(400, 404, 409, 413) },
});

const remove = createRoute({
  method: 'delete',
  path,
  tags: ['Jobs'],
  summary: 'Delete a job',
  description: `It is hidden and never runs again; its history stays. A primary job needs \`?force=true\`. ${IF_MATCH}`,
  request: { params: jobParams, query: forceQuery },
  responses: { 200: answer('What it was, with `isActive` false.', jobBody), ...refusals(400, 404, 409) },
});

export function addJobRoutes(app: FaceApp): void {
  app.openapi(details, async (c) => {
    const key = jobKey(c.req.valid('param').job_id);
    const view = await getKeptJob(c.var.verb, key, c.req.valid('query').include_inactive);
    c.header('ETag', etagOf(view.job.revision));
    return c.json(jobShape(view), 200);
  });

  app.openapi(update, async (c) => {
    const { verb } = c.var;
    const { force } = c.req.valid('query');
    const asked = c.req.valid('json');
    const reading = await readingOf(verb);
    const demandMatch = ifMatch(c);
    const { after } = await updateJob(verb, {
      job: jobKey(c.req.valid('param').job_id),
      demand: (job) => {
        demandMatch(job);
        if (asked.isEnabled === false && job.enabled) refuseProtected(job, { what: 'disabled', force });
      },
      merge: (job) => patchOf(job, asked, reading),
    }).catch((error: unknown) => {
      throw inFieldNames(error);
    });
    c.header('ETag', etagOf(after.job.revision));
    return c.json(jobShape({ ...after, isDeleted: false }), 200);
  });

  app.openapi(remove, async (c) => {
    const { verb } = c.var;
    const key = jobKey(c.req.valid('param').job_id);
    const { force } = c.req.valid('query');
    const demandMatch = ifMatch(c);
    const { job } = await deleteJob(verb, {
      job: key,
      demand: (current) => {
        demandMatch(current);
        refuseProtected(current, { what: 'deleted', force });
      },
    });
    return c.json(jobShape(await getKeptJob(verb, { id: job.id }, true)), 200);
  });
}
