import { createRoute } from '@hono/zod-openapi';
import type { ExecutionState } from '../../../../domain/execution.ts';
import type { FaceApp } from '../../../http/face.ts';
import { requireRole } from '../../../http/roles.ts';
import { disableAll } from '../../../verbs/disable-all.ts';
import { getGroup } from '../../../verbs/get-group.ts';
import { runAll } from '../../../verbs/run-all.ts';
import { allDisabled, disableAllBody, groupParams, groupProgress, groupStarted, runAllBody } from '../schema/bulk.ts';
import { answer, body } from '../../../http/route-answers.ts';
import { refusals } from '../schema/refusals.ts';
import { BASE } from '../translate/job-id.ts';
import { HISTORY_WORDS } from '../translate/states.ts';
import { isoSeconds, isoSecondsOrNull } from '../../../http/times.ts';

const groupUrl = (id: string) => `${BASE}/jobs/run/all/${id}`;

const runEvery = createRoute({
  method: 'post',
  path: `${BASE}/jobs/run/all`,
  tags: ['Bulk operations'],
  summary: 'Run all enabled jobs',
  description:
    'Needs the role `admin`. Every run is recorded before the answer; `progress_url` tells how far they are.',
  middleware: requireRole('admin'),
  request: { body: body(runAllBody, false) },
  responses: { 200: answer('The group has begun.', groupStarted), ...refusals(400) },
});

const progress = createRoute({
  method: 'get',
  path: `${BASE}/jobs/run/all/{group_id}`,
  tags: ['Bulk operations'],
  summary: 'Get the progress of a group',
  description: 'How many of its executions are in each state.',
  request: { params: groupParams },
  responses: { 200: answer('How far it is.', groupProgress), ...refusals(404) },
});

const disableEvery = createRoute({
  method: 'post',
  path: `${BASE}/jobs/disable/all`,
  tags: ['Bulk operations'],
  summary: 'Disable all jobs',
  description: 'Needs the role `admin`. With `duration_minutes` a durable timer enables again what this call disabled.',
  middleware: requireRole('admin'),
  request: { body: body(disableAllBody, false) },
  responses: { 200: answer('All jobs are disabled.', allDisabled), ...refusals(400) },
});

export function addBulkRoutes(app: FaceApp): void {
  app.openapi(runEvery, async (c) => {
    const asked = c.req.valid('json');
    const { groupId, total, started } = await runAll(c.var.verb, {
      excludeTags: asked.exclude_tags ?? [],
      force: asked.force ?? false,
      sequential: asked.sequential ?? false,
    });
    return c.json(
      {
        success: true as const,
        execution_group_id: groupId,
        total_jobs: total,
        started_jobs: started,
        status: 'started' as const,
        progress_url: groupUrl(groupId),
      },
      200,
    );
  });

  app.openapi(progress, async (c) => {
    const { group, states, ended } = await getGroup(c.var.verb, c.req.valid('param').group_id);
    const words = Object.entries(states).map(
      ([state, count]) => [HISTORY_WORDS[state as ExecutionState], count] as const,
    );
    return c.json(
      {
        success: true as const,
        execution_group_id: group.id,
        status: ended < group.started ? ('running' as const) : ('completed' as const),
        sequential: group.sequential,
        total_jobs: group.total,
        started_jobs: group.started,
        ended_jobs: ended,
        executions: Object.fromEntries(words),
        start_time: isoSeconds(group.at),
        triggered_by: group.startedBy,
      },
      200,
    );
  });

  app.openapi(disableEvery, async (c) => {
    const { reason, duration_minutes: durationMinutes } = c.req.valid('json');
    const done = await disableAll(c.var.verb, { reason: reason ?? null, durationMinutes: durationMinutes ?? null });
    return c.json(
      {
        success: true as const,
        message: 'All jobs disabled' as const,
        disabled_count: done.disabled,
        resume_at: isoSecondsOrNull(done.resumeAt),
      },
      200,
    );
  });
}
