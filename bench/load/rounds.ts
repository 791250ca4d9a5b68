import { percentile } from '../figures.ts';
import type { HttpLoad } from './http-load.ts';

/** What one round of asking came to. */
export interface Round {
  readonly perSecond: number;
  readonly p99: number;
}

/** Asks for pages over so many connections, each anew as soon as it has its answer, for so long. */
export async function oneRound(
  http: HttpLoad,
  path: () => string,
  { connections, longMs }: { connections: number; longMs: number },
): Promise<Round> {
  const took: number[] = [];
  const beganMs = performance.now();
  const lane = async () => {
    while (performance.now() - beganMs < longMs) took.push(await http.ask({ method: 'GET', path: path() }));
  };
  await Promise.all(Array.from({ length: connections }, lane));
  return { perSecond: took.length / ((performance.now() - beganMs) / 1000), p99: percentile(took, 0.99) };
}
