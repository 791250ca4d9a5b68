import type { Instant } from '../schedules/kind.ts';
import type { Horizon } from './fire-series.ts';
import { commonPeriod, type Windows } from './overlap.ts';

/** So many seconds are counted at a time: an early excess is found early, a short window costs little. */
const CHUNK_SECONDS = 900;

/**
 * The first instant at which a window of `candidate` is open and more than `limit` jobs have one open, itself included;
 * null when there is none. Only stretches in which the candidate runs are counted. Fires are whole seconds, so that
 * counting by the second is exact.
 */
export function firstExcess(
  candidate: Windows,
  others: readonly Windows[],
  limit: number,
  horizon: Horizon,
): Instant | null {
  if (others.length < limit) return null;
  const until = repetitionEnd([candidate, ...others], horizon);
  let start = candidate.series.firstFrom(horizon.from);
  while (start < until) {
    const end = start + CHUNK_SECONDS * 1000;
    const [own, counts] = [new Uint16Array(CHUNK_SECONDS), new Uint16Array(CHUNK_SECONDS)];
    countOpen(own, candidate, start, horizon);
    for (const other of others) countOpen(counts, other, start, horizon);
    const excess = own.findIndex((open, second) => open === 1 && (counts[second] ?? 0) >= limit);
    if (excess >= 0) return start + excess * 1000;
    // The next second at which the candidate runs: still from before, or from its next fire on.
    const carried = candidate.series.firstFrom(Math.max(horizon.from, end - candidate.durationMs + 1));
    start = carried < end ? end : carried;
  }
  return null;
}

/** Adds one to each second of the chunk from `start` on at which a window is open, however many of the job's are. */
function countOpen(counts: Uint16Array, { series, durationMs }: Windows, start: Instant, { from }: Horizon): void {
  const end = start + CHUNK_SECONDS * 1000;
  let counted = 0;
  let fire = series.firstFrom(Math.max(from, start - durationMs + 1));
  while (fire < end && counted < CHUNK_SECONDS) {
    const closes = Math.min(CHUNK_SECONDS, Math.ceil((fire + durationMs - start) / 1000));
    for (let second = Math.max(counted, (fire - start) / 1000); second < closes; second++) {
      counts[second] = (counts[second] ?? 0) + 1;
    }
    counted = closes;
    fire = series.firstFrom(fire + 1);
  }
}

/** Where all is said: past it everything repeats. */
function repetitionEnd(all: readonly Windows[], { from, to }: Horizon): Instant {
  let period = 1000;
  let begin = from;
  for (const { series, durationMs } of all) {
    period = commonPeriod(period, series.periodMs);
    begin = Math.max(begin, series.firstFrom(from) + durationMs);
    if (begin + period >= to) return to;
  }
  return begin + period + 1000;
}
