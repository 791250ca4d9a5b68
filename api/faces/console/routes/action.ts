import { createRoute } from '@hono/zod-openapi';
import type { FaceApp } from '../../../http/face.ts';
import { ifMatch } from '../../../http/preconditions.ts';
import { answer, body } from '../../../http/route-answers.ts';
import { getKeptJob } from '../../../verbs/kept-job.ts';
import { actionDone } from '../schema/job-answers.ts';
import { actionBody } from '../schema/job-bodies.ts';
import { forceQuery } from '../schema/queries.ts';
import { jobParams, refusals } from '../schema/refusals.ts';
import { JOBS, jobKey } from '../translate/job-id.ts';
import { jobShape } from '../translate/job-shape.ts';
import { ACTS } from './acts.ts';

const perform = createRoute({
  method: 'post',
  path: `${JOBS}/{job_id}/action`,
  tags: ['Jobs'],
  summary: 'Perform an action on a job',
  description:
    '`enable`: it runs by its schedule from now on. `disable`: it no longer does; a primary job needs `?force=true`. ' +
    '`trigger`: it runs at once, whatever its schedule; a disabled, paused or busy one is refused (409) without `?force=true`. ' +
    '`pause`: suspended, and still enabled. `resume`: the end of a pause; nothing is made up for it.',
  request: { params: jobParams, query: forceQuery, body: body(actionBody) },
  responses: { 200: answer('It is done.', actionDone), ...refusals(400, 404, 409, 413) },
});

export function addActionRoute(app: FaceApp): void {
  app.openapi(perform, async (c) => {
    const { verb } = c.var;
    const job = jobKey(c.req.valid('param').job_id);
    const { act, done } = ACTS[c.req.valid('json').action];
    const executionId = await act(verb, { job, force: c.req.valid('query').force, demand: ifMatch(c) });
    const view = await getKeptJob(verb, job, true);
    return c.json(
      {
        success: true as const,
        message: `Job ${done} successfully`,
        ...(executionId !== null && { executionId }),
        job: jobShape(view),
      },
      200,
    );
  });
}
