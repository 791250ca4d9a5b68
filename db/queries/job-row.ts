import type { Action } from '../../domain/actions/index.ts';
import type { Face } from '../../domain/faces.ts';
import type { Dependency } from '../../domain/dependencies.ts';
import type { DisabledBy, Job } from '../../domain/job.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Policy } from '../../domain/policy.ts';
import type { Schedule } from '../../domain/schedules/index.ts';
import { sql } from '../connect.ts';
import type { JobRow } from '../schema.ts';

const COLUMNS = [
  ...['id', 'face', 'number', 'name', 'description', 'kind', 'schedule', 'action_type', 'action', 'policy'],
  ...['variables', 'tags', 'extra', 'dependencies', 'enabled', 'paused_at', 'disabled_by', 'disabled_reason'],
  ...['disabled_by_bulk', 'deleted_at', 'revision', 'spec_revision'],
  ...['created_by', 'created_at', 'updated_by', 'updated_at'],
] as const satisfies readonly (keyof JobRow)[];

/** A `JobRow` of the table `j`, spelled out: a prepared statement must give the same columns after a migration. */
export const JOB_COLUMNS = sql.raw(COLUMNS.map((name) => `j.${name}`).join(', '));

/** A job as the domain knows it. What is stored was checked when it was written, so it is not parsed again. */
export function jobOf(row: JobRow): Job {
  return {
    id: row.id,
    face: row.face as Face,
    number: row.number,
    name: row.name,
    description: row.description,
    schedule: row.schedule as Schedule,
    action: row.action as Action,
    policy: row.policy as Policy,
    variables: row.variables as JsonObject,
    tags: row.tags,
    extra: row.extra as JsonObject,
    ...(row.dependencies !== null && { dependencies: row.dependencies as readonly Dependency[] }),
    enabled: row.enabled,
    pausedAt: row.paused_at,
    disabledBy: row.disabled_by as DisabledBy | null,
    disabledReason: row.disabled_reason,
    revision: row.revision,
    specRevision: row.spec_revision,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedBy: row.updated_by,
    updatedAt: row.updated_at,
  };
}
