import { functionKeys, listRegisteredFunctions, type RegisteredFunction } from '../../db/queries/functions.ts';
import { BUILT_IN_KEYS } from '../../domain/functions/built-in.ts';
import type { VerbContext } from './context.ts';

export type { RegisteredFunction } from '../../db/queries/functions.ts';

/** Every function that a worker serves or has served, by number (console.txt, Get Task Functions). */
export async function listFunctions(ctx: Pick<VerbContext, 'db'>): Promise<RegisteredFunction[]> {
  return listRegisteredFunctions(ctx.db);
}

/** The keys that a job of type `function` may name now, built-in ones included. */
export async function knownFunctions(ctx: Pick<VerbContext, 'db'>): Promise<ReadonlySet<string>> {
  return new Set([...BUILT_IN_KEYS, ...(await functionKeys(ctx.db))]);
}
