import { createRoute } from '@hono/zod-openapi';
import type { FaceApp } from '../../../http/face.ts';
import { etagOf, ifMatch } from '../../../http/preconditions.ts';
import { deleteJob } from '../../../verbs/delete-job.ts';
import { describeJob } from '../../../verbs/describe-job.ts';
import { getJobStatus } from '../../../verbs/get-job-status.ts';
import { setEnabled } from '../../../verbs/set-enabled.ts';
import { updateJob } from '../../../verbs/update-job.ts';
import { toggleBody, updateBody } from '../schema/job-bodies.ts';
import { answer, body } from '../../../http/route-answers.ts';
import { jobParams, refusals } from '../schema/refusals.ts';
import { jobDeleted, jobDetails, jobStatusBody, jobToggled, jobUpdated } from '../schema/job-answers.ts';
import { changesInWords } from '../translate/changes.ts';
import { BASE, jobId, jobKey } from '../translate/job-id.ts';
import { patchOf } from '../translate/job-input.ts';
import { round } from '../../../http/round.ts';
import { changeableShape, detailedJob, statusWord } from '../translate/job-shape.ts';
import { isoSecondsOrNull } from '../../../http/times.ts';
import { readingOf } from './reading.ts';

const path = `${BASE}/jobs/{id}`;
const HOUR_MS = 3_600_000;
const IF_MATCH = 'With `If-Match: "<revision>"` it is refused (409) when the job was changed meanwhile.';

const details = createRoute({
  method: 'get',
  path,
  tags: ['Jobs'],
  summary: 'Get job details',
  description: 'Configuration, statistics and metadata of a job. The `ETag` is its revision.',
  request: { params: jobParams },
  responses: { 200: answer('The job.', jobDetails), ...refusals(404) },
});

const update = createRoute({
  method: 'put',
  path,
  tags: ['Jobs'],
  summary: 'Update a job',
  description: `Merges: \`schedule\`, \`action\`, \`advanced\` and \`notifications\` field by field, the rest as a whole. ${IF_MATCH}`,
  request: { params: jobParams, body: body(updateBody) },
  responses: { 200: answer('What changed.', jobUpdated), ...refusals(400, 404, 409, 413) },
});

const remove = createRoute({
  method: 'delete',
  path,
  tags: ['Jobs'],
  summary: 'Delete a job',
  description: `For good; its id is never used again. Runs under way end by themselves. ${IF_MATCH}`,
  request: { params: jobParams },
  responses: { 200: answer('The job is gone.', jobDeleted), ...refusals(404, 409) },
});

const toggle = createRoute({
  method: 'post',
  path: `${path}/toggle`,
  tags: ['Jobs'],
  summary: 'Enable or disable a job',
  description: `Nothing is made up for the time in between. ${IF_MATCH}`,
  request: { params: jobParams, body: body(toggleBody) },
  responses: { 200: answer('The job is as asked.', jobToggled), ...refusals(400, 404, 409) },
});

const status = createRoute({
  method: 'get',
  path: `${path}/status`,
  tags: ['Jobs'],
  summary: 'Get the status of a job',
  description: 'The `status_url` of a created job.',
  request: { params: jobParams },
  responses: { 200: answer('How the job stands.', jobStatusBody), ...refusals(404) },
});

export function addJobRoutes(app: FaceApp): void {
  app.openapi(details, async (c) => {
    const { verb } = c.var;
    const view = await describeJob(verb, jobKey(c.req.valid('param').id));
    c.header('ETag', etagOf(view.job.revision));
    const known = { now: verb.now(), ...(verb.deviceId !== undefined && { deviceId: verb.deviceId }) };
    return c.json({ success: true as const, job: detailedJob(view, known) }, 200);
  });

  app.openapi(update, async (c) => {
    const asked = c.req.valid('json');
    const { before, after } = await updateJob(c.var.verb, {
      job: jobKey(c.req.valid('param').id),
      demand: ifMatch(c),
      merge: (job) => patchOf(job, asked, readingOf(c)),
    });
    c.header('ETag', etagOf(after.job.revision));
    return c.json(
      {
        success: true as const,
        message: 'Job updated successfully',
        job_id: jobId(after.job.number),
        changes: changesInWords(changeableShape(before), changeableShape(after.job)),
        next_execution: isoSecondsOrNull(after.nextFireAt),
      },
      200,
    );
  });

  app.openapi(remove, async (c) => {
    const gone = await deleteJob(c.var.verb, { job: jobKey(c.req.valid('param').id), demand: ifMatch(c) });
    const { total, durationTotalMs } = gone.statistics;
    return c.json(
      {
        success: true as const,
        message: 'Job deleted successfully',
        deleted_job: jobId(gone.job.number),
        statistics: { total_executions: total, total_runtime_hours: round(durationTotalMs / HOUR_MS, 4) },
      },
      200,
    );
  });

  app.openapi(toggle, async (c) => {
    const { enabled, reason } = c.req.valid('json');
    const job = jobKey(c.req.valid('param').id);
    const view = await setEnabled(c.var.verb, { job, enabled, reason, demand: ifMatch(c) });
    c.header('ETag', etagOf(view.job.revision));
    return c.json(
      {
        success: true as const,
        message: `Job ${enabled ? 'enabled' : 'disabled'} successfully`,
        job_id: jobId(view.job.number),
        enabled: view.job.enabled,
        next_execution: isoSecondsOrNull(view.nextFireAt),
      },
      200,
    );
  });

  app.openapi(status, async (c) => {
    const view = await getJobStatus(c.var.verb, jobKey(c.req.valid('param').id));
    return c.json(
      {
        success: true as const,
        job_id: jobId(view.job.number),
        status: view.status,
        enabled: view.job.enabled,
        running_executions: view.running,
        last_execution: isoSecondsOrNull(view.statistics.lastStartedAt),
        last_status: statusWord(view.statistics.lastState),
        next_execution: isoSecondsOrNull(view.nextFireAt),
      },
      200,
    );
  });
}
