/**
 * A mergeable histogram of durations: bucket `i` counts values from 2^(i/4) to 2^((i+1)/4) ms; its geometric middle
 * stands for all of them, so a percentile is right within 10 %. Bucket 0 holds everything below 1.19 ms. Arrays are
 * as long as their last filled bucket.
 */
const STEPS_PER_DOUBLING = 4;
/** 2^(120/4) ms is 12 days: longer durations count in the last bucket. */
const LAST_BUCKET = 120;

/** The bucket of a duration in milliseconds; negative ones count as zero. */
function bucketOf(ms: number): number {
  return ms < 1 ? 0 : Math.min(LAST_BUCKET, Math.floor(Math.log2(ms) * STEPS_PER_DOUBLING));
}

/** Counts one more value; `counts` grows as needed. */
export function addTo(counts: number[], ms: number): void {
  const bucket = bucketOf(ms);
  while (counts.length <= bucket) counts.push(0);
  counts[bucket] = (counts[bucket] ?? 0) + 1;
}

/** The value that a share `q` (0–1) of the counted values does not exceed, in ms, or null when nothing was counted. */
export function percentile(counts: readonly number[], q: number): number | null {
  const rank = Math.max(1, Math.ceil(q * counts.reduce((sum, n) => sum + n, 0)));
  let reached = 0;
  const bucket = counts.findIndex((n) => (reached += n) >= rank);
  return bucket === -1 ? null : 2 ** ((bucket + 0.5) / STEPS_PER_DOUBLING);
}

/**
 * How many of the counted values lie below 2, 4, 8 … 2^`powers` ms, each including those before it, and their sum as far
 * as buckets tell it (within 10 %), in ms.
 */
export function belowPowersOfTwo(
  counts: readonly number[],
  powers: number,
): { readonly below: readonly { readonly ms: number; readonly count: number }[]; readonly sumMs: number } {
  const upTo = (bucket: number) => counts.slice(0, bucket).reduce((sum, n) => sum + n, 0);
  const below = Array.from({ length: powers }, (_, i) => ({
    ms: 2 ** (i + 1),
    count: upTo((i + 1) * STEPS_PER_DOUBLING),
  }));
  return { below, sumMs: counts.reduce((sum, n, i) => sum + n * 2 ** ((i + 0.5) / STEPS_PER_DOUBLING), 0) };
}
