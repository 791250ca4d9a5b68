import { belowPowersOfTwo } from '../../../domain/histogram.ts';
import type { Family } from './exposition.ts';

/** Bounds up to 2^22 ms, which is 70 minutes. */
const POWERS = 22;

/**
 * A stored histogram as Prometheus takes it, in seconds. Where only the histogram is kept, `sumMs` is left out and is
 * what its buckets tell. A value that is exactly a bound counts above it.
 */
export function histogramFamily(about: {
  name: string;
  help: string;
  counts: readonly number[];
  sumMs?: number;
}): Family {
  const { name, help, counts } = about;
  const { below, sumMs } = belowPowersOfTwo(counts, POWERS);
  const count = counts.reduce((sum, n) => sum + n, 0);
  return {
    name,
    help,
    type: 'histogram',
    samples: [
      ...below.map((b) => ({ suffix: '_bucket', labels: { le: String(b.ms / 1000) }, value: b.count })),
      { suffix: '_bucket', labels: { le: '+Inf' }, value: count },
      { suffix: '_sum', value: (about.sumMs ?? sumMs) / 1000 },
      { suffix: '_count', value: count },
    ],
  };
}
