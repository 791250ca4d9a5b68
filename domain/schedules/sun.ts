import { z } from 'zod';
import { invalid } from '../errors.ts';
import { parseWith } from '../parse.ts';
import type { ScheduleKind } from './kind.ts';
import { realNumber, specSchema, timezone, wholeNumber } from './spec-fields.ts';
import { nextSunEvent, type SunEvent } from './sun-events.ts';
import { LAST_INSTANT } from './zone-offsets.ts';

/** At each sunrise or sunset of a place, or some minutes before or after. Days without the event are skipped. */
export interface SunSchedule {
  readonly kind: 'sun';
  readonly mode: SunEvent;
  /** Negative: before the event. */
  readonly offsetMinutes: number;
  /** Degrees, north positive. */
  readonly latitude: number;
  /** Degrees, east positive. */
  readonly longitude: number;
  readonly timezone: string;
}

const schema = specSchema('sun', {
  mode: z.enum(['sunrise', 'sunset'], 'must be "sunrise" or "sunset"'),
  offsetMinutes: wholeNumber(-1440, 1440, 'must be a whole number of minutes from -1440 to 1440').default(0),
  latitude: realNumber(-90, 90, 'must be a number of degrees from -90 (south) to 90 (north)'),
  longitude: realNumber(-180, 180, 'must be a number of degrees from -180 (west) to 180 (east)'),
  timezone: timezone.optional(),
});

export const sun: ScheduleKind<SunSchedule> = {
  kind: 'sun',
  parse(input, { now, defaultTimezone }) {
    const { mode, offsetMinutes, latitude, longitude, timezone: zone } = parseWith(schema, input, 'INVALID_SCHEDULE');
    if (nextSunEvent(mode, latitude, longitude, now) === null) {
      const message = `at ${latitude} degrees there is no ${mode} within 400 days: use a latitude further from the pole`;
      throw invalid('INVALID_SCHEDULE', [{ path: 'latitude', message }]);
    }
    return { kind: 'sun', mode, offsetMinutes, latitude, longitude, timezone: zone ?? defaultTimezone };
  },
  nextAfter({ mode, offsetMinutes, latitude, longitude }, after) {
    const offsetMs = offsetMinutes * 60_000;
    const event = nextSunEvent(mode, latitude, longitude, after - offsetMs);
    return event === null || event + offsetMs > LAST_INSTANT ? null : event + offsetMs;
  },
  describe({ mode, offsetMinutes, latitude, longitude, timezone: zone }) {
    return `${offsetInWords(offsetMinutes)}${mode} at ${latitude}, ${longitude} (${zone})`;
  },
};

function offsetInWords(minutes: number): string {
  if (minutes === 0) return 'at ';
  const size = Math.abs(minutes);
  return `${size} minute${size === 1 ? '' : 's'} ${minutes < 0 ? 'before' : 'after'} `;
}
