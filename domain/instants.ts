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

/**
 * Packed fires, taken from the front. They stay packed: a clock holds hundreds for each of its hundreds of jobs, which as
 * objects would be most of a worker's memory.
 */
export class PlannedFires {
  readonly #runs: PackedInstants;
  /** Where the first fire is: its run, and its place in that run. */
  #run = 0;
  #place = 0;
  #left: number;

  constructor(packed: PackedInstants) {
    this.#runs = packed;
    this.#left = packed.reduce((sum, [, , count]) => sum + count, 0);
  }

  /** How many are left. */
  get length(): number {
    return this.#left;
  }

  /** The earliest that is left. */
  get first(): Planned | undefined {
    return this.#at(this.#run, this.#place);
  }

  /** How many are to happen by `now`, counted up to `most`. */
  dueBy(now: Instant, most: number): number {
    let [run, place, count] = [this.#run, this.#place, 0];
    while (count < most && (this.#at(run, place)?.fireAt ?? Number.POSITIVE_INFINITY) <= now) {
      count += 1;
      [run, place] = this.#after(run, place);
    }
    return count;
  }

  /** Removes the first `count`; returns their nominal times. */
  take(count: number): Instant[] {
    const dues: Instant[] = [];
    for (let fire = this.first; fire !== undefined && dues.length < count; fire = this.first) {
      dues.push(fire.due);
      this.#drop();
    }
    return dues;
  }

  /** Removes those whose nominal time is `due` or earlier. */
  dropUntil(due: Instant): void {
    while ((this.first?.due ?? Number.POSITIVE_INFINITY) <= due) this.#drop();
  }

  #drop(): void {
    [this.#run, this.#place] = this.#after(this.#run, this.#place);
    this.#left -= 1;
  }

  #after(run: number, place: number): [run: number, place: number] {
    return place + 1 < (this.#runs[run]?.[2] ?? 0) ? [run, place + 1] : [run + 1, 0];
  }

  #at(run: number, place: number): Planned | undefined {
    const packed = this.#runs[run];
    if (packed === undefined) return undefined;
    const [first, step, , jitter] = packed;
    return { due: first + place * step, fireAt: first + place * step + jitter };
  }
}
