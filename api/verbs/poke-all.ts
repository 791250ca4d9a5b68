import type { VerbContext } from './context.ts';

/** What the engine bears beside everything else: each poke may start a workflow. */
const AT_ONCE = 20;

/**
 * Tells many clocks, after the commit, which of their jobs changed. What fails is the housekeeper's: a clock stays dirty
 * until it was poked. Never rejects.
 */
export async function pokeAll(ctx: VerbContext, clocks: ReadonlyMap<string, readonly string[]>): Promise<void> {
  const pokes = [...clocks];
  for (let i = 0; i < pokes.length; i += AT_ONCE) {
    const sent = pokes.slice(i, i + AT_ONCE).map(([clockId, jobIds]) => ctx.engine.poke(clockId, jobIds));
    const failed = (await Promise.allSettled(sent)).filter((poke) => poke.status === 'rejected').length;
    if (failed > 0) ctx.log.warn({ clocks: failed }, 'Clocks could not be poked; the housekeeper will poke them again');
  }
}
