/** The value below which a share `q` (0–1) of the values lies; NaN without values. */
export function percentile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** The median of the rounds with their spread: `128 (120–141)`. */
export function spread(rounds: readonly number[], digits = 0): string {
  const show = (value: number) => (Number.isFinite(value) ? value.toFixed(digits) : '–');
  if (rounds.length < 2) return show(median(rounds));
  return `${show(median(rounds))} (${show(Math.min(...rounds))}–${show(Math.max(...rounds))})`;
}

export interface Lateness {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export function latenessOf(valuesMs: readonly number[]): Lateness {
  return { p50: percentile(valuesMs, 0.5), p99: percentile(valuesMs, 0.99), max: percentile(valuesMs, 1) };
}
