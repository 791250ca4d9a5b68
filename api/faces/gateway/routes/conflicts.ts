import { createRoute } from '@hono/zod-openapi';
import { zoneOf } from '../../../../domain/schedules/zone-of.ts';
import type { FaceApp } from '../../../http/face.ts';
import { checkConflicts } from '../../../verbs/check-conflicts.ts';
import { conflictBody, conflictReport } from '../schema/conflict-bodies.ts';
import { answer, body } from '../../../http/route-answers.ts';
import { refusals } from '../schema/refusals.ts';
import { readAction } from '../translate/action-shape.ts';
import { conflictShape, recommendations } from '../translate/conflict-shape.ts';
import { BASE } from '../translate/job-id.ts';
import { candidateKey, readTypedSchedule } from '../translate/typed-schedule.ts';
import { readingOf } from './reading.ts';

const check = createRoute({
  method: 'post',
  path: `${BASE}/conflicts/check`,
  tags: ['Conflicts'],
  summary: 'Check for conflicts',
  description:
    'What a schedule would meet within the next 7 days among the jobs that fire. Stores nothing. Of an existing job, ' +
    'schedule and action may be left out or given in part.',
  request: { body: body(conflictBody) },
  responses: {
    200: answer('The conflicts, the gravest first, and a time without them.', conflictReport),
    ...refusals(400, 413),
  },
});

export function addConflictRoutes(app: FaceApp): void {
  app.openapi(check, async (c) => {
    const asked = c.req.valid('json');
    const reading = readingOf(c);
    const { schedule, conflicts, recommendation } = await checkConflicts(c.var.verb, {
      job: candidateKey(asked.job_id),
      schedule: (current) => readTypedSchedule(asked.schedule, current, reading),
      action: asked.action === undefined ? null : readAction(asked.action),
      estimatedMs: asked.estimated_duration_seconds === undefined ? null : asked.estimated_duration_seconds * 1000,
    });
    const zone = zoneOf(schedule, reading.defaultTimezone);
    return c.json(
      {
        success: true as const,
        has_conflicts: conflicts.length > 0,
        conflicts: conflicts.map((conflict) => conflictShape(conflict, zone)),
        recommendations: recommendations(recommendation),
      },
      200,
    );
  });
}
