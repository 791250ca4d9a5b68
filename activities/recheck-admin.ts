import { mayActAsAdmin } from '../db/queries/authority.ts';
import { needsAdmin } from '../domain/actions/index.ts';
import type { RunSpec } from '../domain/run.ts';
import { ActionFailure } from './actions/handler.ts';
import type { Deps } from './deps.ts';

/**
 * The verbs let only an admin make, change and run what needs one; whoever executes it looks again, since a workflow can
 * be started past the API. Throws an `ActionFailure`, not retryable.
 */
export async function recheckAdmin(deps: Pick<Deps, 'db'>, { job, action }: RunSpec): Promise<void> {
  if (!needsAdmin(action) || (await mayActAsAdmin(deps.db, { jobId: job.id, revision: job.revision, action }))) return;
  throw new ActionFailure(
    'NotAuthorized',
    `A ${action.type} action that needs the role admin was to run, and no admin made revision ${job.revision} of this ` +
      'job so. Let an admin save the job again.',
    { retryable: false },
  );
}
