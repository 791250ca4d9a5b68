import { Temporal } from 'temporal-polyfill';

/**
 * What the clocks really do, by another implementation (Temporal) that shares no code with the product's. The rules of
 * DECISIONS section 3 are written down here a second time.
 */
function localToInstant(local: Temporal.PlainDateTime, zone: string): number {
  const earlier = local.toZonedDateTime(zone, { disambiguation: 'earlier' });
  const later = local.toZonedDateTime(zone, { disambiguation: 'later' });
  const exists = earlier.toPlainDateTime().equals(local);
  if (exists || earlier.equals(later)) return earlier.epochMilliseconds;
  const afterGap = earlier.getTimeZoneTransition('next');
  if (afterGap === null) throw new Error(`no end of the gap at ${local.toString()} in ${zone}`);
  return afterGap.epochMilliseconds;
}

/** The clock changes of a zone between two years. */
export function transitionsOf(zone: string, fromYear: number, untilYear: number): number[] {
  const found: number[] = [];
  let at = zonedAt(Date.UTC(fromYear, 0, 1), zone).getTimeZoneTransition('next');
  while (at !== null && at.epochMilliseconds < Date.UTC(untilYear, 0, 1)) {
    found.push(at.epochMilliseconds);
    at = at.getTimeZoneTransition('next');
  }
  return found;
}

export function zonedAt(instant: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
}

/** The first `count` fires later than `after` of times of day on the local dates that fit, each instant once. */
export function oracleFires(
  zone: string,
  after: number,
  count: number,
  times: readonly Temporal.PlainTime[],
  fits: (date: Temporal.PlainDate) => boolean,
): number[] {
  const found = new Set<number>();
  let date = zonedAt(after, zone).toPlainDate().subtract({ days: 2 });
  for (let complete = 0; complete < 3 && date.year < 2100;) {
    if (fits(date)) {
      for (const time of times) {
        const at = localToInstant(date.toPlainDateTime(time), zone);
        if (at > after) found.add(at);
      }
    }
    // Two days more than needed: a gap may move a time to the next date.
    if (found.size >= count) complete += 1;
    date = date.add({ days: 1 });
  }
  return [...found].sort((a, b) => a - b).slice(0, count);
}
