import type { Instant } from '../../../../domain/schedules/kind.ts';
import { isoSeconds } from '../../../http/times.ts';

/** As reviewer.txt prints times: UTC to the second, without a zone (`2024-01-01T00:00:00`). */
export function plainTime(at: Instant): string {
  return isoSeconds(at).slice(0, -1);
}

export function plainTimeOrNull(at: Instant | null): string | null {
  return at === null ? null : plainTime(at);
}
