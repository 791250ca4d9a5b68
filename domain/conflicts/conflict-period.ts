import type { Instant } from '../schedules/kind.ts';
import { wallTimeAt } from '../schedules/civil-time.ts';

const MINUTE_MS = 60_000;

/** A stretch in local whole minutes that hold it, such as `02:00-02:05` (gateway.txt, Conflict Detection). */
export function conflictPeriod(from: Instant, to: Instant, zone: string): string {
  const begin = Math.floor(wallTimeAt(from, zone) / MINUTE_MS) * MINUTE_MS;
  const end = Math.ceil(wallTimeAt(to, zone) / MINUTE_MS) * MINUTE_MS;
  return `${clock(begin)}-${clock(end)}`;
}

function clock(wall: number): string {
  return new Date(wall).toISOString().slice(11, 16);
}
