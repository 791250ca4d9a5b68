import { DomainError } from '../../../../domain/errors.ts';
import type { VerbContext } from '../../../verbs/context.ts';
import { deleteJobs } from '../../../verbs/delete-jobs.ts';
import { pauseJob } from '../../../verbs/pause-job.ts';
import { resumeJob } from '../../../verbs/resume-job.ts';

/** Changed at the same time: each is a transaction of its own. */
const AT_ONCE = 4;

/** Pauses, resumes or deletes schedules, each for itself; returns why the others could not be, by id. */
export async function operate(
  verb: VerbContext,
  asked: { what: 'pause' | 'resume' | 'delete'; ids: readonly string[]; reason: string | undefined },
): Promise<Map<string, DomainError>> {
  const { what, ids, reason } = asked;
  if (what === 'delete') return (await deleteJobs(verb, ids, reason)).refused;
  if (what === 'resume') await verb.engine.ensureReachable();
  const change = what === 'pause' ? pauseJob : resumeJob;
  const refused = new Map<string, DomainError>();
  for (let i = 0; i < ids.length; i += AT_ONCE) {
    const some = ids.slice(i, i + AT_ONCE);
    await Promise.all(
      some.map((id) =>
        change(verb, { job: { id, shown: id }, reason }).catch((error: unknown) => {
          if (!(error instanceof DomainError)) throw error;
          refused.set(id, error);
        }),
      ),
    );
  }
  return refused;
}
