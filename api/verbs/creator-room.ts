import type { Tx } from '../../db/connect.ts';
import { countJobsOfCreatorExclusively } from '../../db/queries/job-writes.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Face } from '../../domain/faces.ts';

/** How many more jobs a maker may have (commands.txt, MAX_SCHEDULES_PER_CREATOR); 0 or no bound: any number. */
export async function roomOfCreator(
  tx: Tx,
  job: { readonly face: Face; readonly createdBy: string },
  most: number | undefined,
): Promise<number> {
  if (most === undefined || most === 0) return Number.POSITIVE_INFINITY;
  return Math.max(0, most - (await countJobsOfCreatorExclusively(tx, job.face, job.createdBy)));
}

export function creatorIsFull(creator: string, most = 0): DomainError {
  return new DomainError(
    'MAX_JOBS_EXCEEDED',
    `"${creator}" has the ${most} that one creator may have. Delete what is no longer needed, or raise MAX_SCHEDULES_PER_CREATOR.`,
    { creator, max_of_creator: most },
  );
}
