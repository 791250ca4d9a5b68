import type { Schedule } from './index.ts';
import type { Instant } from './kind.ts';

/**
 * When a fire that is due at `due` shall really happen: `due` itself, but for intervals with jitter a share of the
 * interval later, rounded up to a whole second and always before the next due time. The same for the same seed
 * (the job's id) and due time, wherever and however often it is asked.
 */
export function fireAt(schedule: Schedule, due: Instant, seed: string): Instant {
  if (schedule.kind !== 'interval' || schedule.jitterPercentage === 0) return due;
  const { everySeconds, jitterPercentage } = schedule;
  const lateSeconds = Math.ceil(shareOf(`${seed} ${due}`) * everySeconds * (jitterPercentage / 100));
  return due + Math.min(lateSeconds, everySeconds - 1) * 1000;
}

/** A number in [0, 1) that looks random and depends on the text alone: FNV-1a, then a finish that spreads its bits. */
function shareOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
