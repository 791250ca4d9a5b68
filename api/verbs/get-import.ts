import { findImport, type StoredImport } from '../../db/queries/imports.ts';
import { DomainError } from '../../domain/errors.ts';
import type { VerbContext } from './context.ts';

/** `interrupted`: its process ended in the midst of it; nothing of it was stored. */
export type ImportState = 'running' | 'completed' | 'refused' | 'failed' | 'interrupted';

export interface ImportStanding extends StoredImport {
  readonly state: ImportState;
}

/** How far an import is, or what became of it. Throws NOT_FOUND. */
export async function getImport(ctx: VerbContext, importId: string): Promise<ImportStanding> {
  const found = await findImport(ctx.db, ctx.actor.face, importId);
  if (found === null) {
    throw new DomainError(
      'NOT_FOUND',
      `There is no import ${JSON.stringify(importId.slice(0, 100))}. Ids look like "import_20250312152000".`,
    );
  }
  return { ...found, state: found.detail.state ?? (found.abandoned ? 'interrupted' : 'running') };
}
