import { faceOfExecution as find } from '../../db/queries/announced.ts';
import type { Face } from '../../domain/faces.ts';
import { isUuid } from '../../domain/ids.ts';
import type { VerbContext } from './context.ts';

/** The face that owns an execution's job (DECISIONS section 1, rule 5); null when there is no such execution. */
export async function faceOfExecution(ctx: Pick<VerbContext, 'db'>, id: string): Promise<Face | null> {
  return isUuid(id) ? find(ctx.db, id) : null;
}
