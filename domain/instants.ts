import type { Instant } from './schedules/kind.ts';

/** One planned fire: its nominal time, and when it is to happen (later by its jitter). */
export interface Planned {
  readonly due: Instant;
  readonly fireAt: Instant;
}

/**
 * Planned fires as runs of equal steps, `[first due, step, count, jitter]` in ms: a job with a one-second interval
 * costs a clock's history four numbers, however far ahead it is planned.
 */
export type PackedInstants = readonly (readonly [first: number, step: number, count: number, jitter: number])[];

export function pack(planned: readonly Planned[]): PackedInstants {
  const runs: [number, number, number, number][] = [];
  let last = 0;
  for (const { due, fireAt } of planned) {
    const run = runs.at(-1);
    const step = due - last;
    if (run !== undefined && run[3] === fireAt - due && (run[2] === 1 || run[1] === step)) {
      run[1] = step;
      run[2] += 1;
    } else {
      runs.push([due, 0, 1, fireAt - due]);
    }
    last = due;
  }
  return runs;
}

export function unpack(packed: PackedInstants): Planned[] {
  return packed.flatMap(([first, step, count, jitter]) =>
    Array.from({ length: count }, (_, i) => ({ due: first + i * step, fireAt: first + i * step + jitter })),
  );
}
