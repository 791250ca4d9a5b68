import type { Instant } from '../schedules/kind.ts';
import type { Horizon } from './fire-series.ts';
import { commonPeriod, type Windows } from './overlap.ts';

/** So many seconds are counted at a time: an early excess is found early. */
const CHUNK_SECONDS = 900;

/**
 * The first instant at which `candidate` runs and more than `limit` jobs run in all, itself included; null when there is
 * none. A job that still runs when it is due again runs once. Fires are whole seconds, so that seconds are exact.
 */
export function firstExcess(
  candidate: Windows,
  others: readonly Windows[],
  limit: number,
  horizon: Horizon,
): Instant | null {
  if (others.length < limit) return null;
  const runs = [candidate, ...others].map((windows) => new Runs(windows, horizon.from));
  const until = repetitionEnd([candidate, ...others], horizon);
  for (let start = horizon.from; start < until; start += CHUNK_SECONDS * 1000) {
    const counts = new Uint16Array(CHUNK_SECONDS);
    const [own = [], ...theirs] = runs.map((run) => run.upTo(start + CHUNK_SECONDS * 1000));
    if (own.length === 0) continue;
    for (const stretch of theirs.flat()) count(counts, start, stretch);
    const excess = firstAtLeast(counts, start, own, limit);
    if (excess !== null) return excess;
  }
  return null;
}

type Stretch = readonly [from: Instant, to: Instant];

/** The stretches in which one job runs, handed out chunk by chunk. */
class Runs {
  readonly #windows: Windows;
  #next: Instant;
  #carried: Stretch | null = null;

  constructor(windows: Windows, from: Instant) {
    this.#windows = windows;
    this.#next = windows.series.firstFrom(from);
  }

  /** What runs before `end` and was not handed out yet; what runs on is handed out again, from `end`. */
  upTo(end: Instant): Stretch[] {
    const { series, durationMs } = this.#windows;
    const found: Stretch[] = this.#carried === null ? [] : [this.#carried];
    while (this.#next < end) {
      found.push([this.#next, this.#next + durationMs]);
      this.#next = series.firstFrom(this.#next + durationMs);
    }
    const last = found.at(-1);
    this.#carried = last !== undefined && last[1] > end ? [end, last[1]] : null;
    return found;
  }
}

function count(counts: Uint16Array, start: Instant, stretch: Stretch): void {
  const [from, to] = secondsOf(start, stretch);
  for (let second = from; second < to; second++) counts[second] = (counts[second] ?? 0) + 1;
}

function firstAtLeast(counts: Uint16Array, start: Instant, own: readonly Stretch[], limit: number): Instant | null {
  for (const stretch of own) {
    const [from, to] = secondsOf(start, stretch);
    for (let second = from; second < to; second++) if ((counts[second] ?? 0) >= limit) return start + second * 1000;
  }
  return null;
}

/** The whole seconds of the chunk that lie within a stretch. */
function secondsOf(start: Instant, [from, to]: Stretch): [from: number, to: number] {
  return [Math.ceil((from - start) / 1000), Math.min(CHUNK_SECONDS, Math.ceil((to - start) / 1000))];
}

/** Where all is said: past it short runs repeat what they did before. A longer one may skip fires, and in what rhythm is open. */
function repetitionEnd(all: readonly Windows[], { from, to }: Horizon): Instant {
  let period = 1000;
  let begin = from;
  for (const { series, durationMs } of all) {
    if (durationMs > 1000) return to;
    period = commonPeriod(period, series.periodMs);
    begin = Math.max(begin, series.firstFrom(from));
    if (begin + period >= to) return to;
  }
  return begin + period + 1000;
}
