const DAY_MS = 86_400_000;
const RADIANS = Math.PI / 180;

/**
 * The sun's geometric altitude in degrees by the low-precision formulas of the Astronomical Almanac (about 0.01°):
 * another theory than the one that suncalc computes with.
 */
export function solarAltitude(instant: number, latitude: number, longitude: number): number {
  const n = instant / DAY_MS + 2_440_587.5 - 2_451_545;
  const g = (357.528 + 0.985_600_3 * n) * RADIANS;
  const lambda = (280.46 + 0.985_647_4 * n + 1.915 * Math.sin(g) + 0.02 * Math.sin(2 * g)) * RADIANS;
  const epsilon = (23.439 - 0.000_000_4 * n) * RADIANS;
  const rightAscension = Math.atan2(Math.cos(epsilon) * Math.sin(lambda), Math.cos(lambda));
  const declination = Math.asin(Math.sin(epsilon) * Math.sin(lambda));
  const hourAngle = (280.460_618_37 + 360.985_647_366_29 * n + longitude) * RADIANS - rightAscension;
  const phi = latitude * RADIANS;
  const sine = Math.sin(phi) * Math.sin(declination) + Math.cos(phi) * Math.cos(declination) * Math.cos(hourAngle);
  return Math.asin(sine) / RADIANS;
}

/** All sunrises or sunsets in (from, until], found by walking in steps of ten minutes and halving. */
export function sunEvents(
  mode: 'sunrise' | 'sunset',
  latitude: number,
  longitude: number,
  from: number,
  until: number,
): number[] {
  const STEP_MS = 600_000;
  const isUp = (at: number): boolean => solarAltitude(at, latitude, longitude) > -0.833;
  const found: number[] = [];
  let wasUp = isUp(from);
  for (let at = from + STEP_MS; at <= until; at += STEP_MS) {
    const up = isUp(at);
    if (up !== wasUp && up === (mode === 'sunrise')) {
      let [low, high] = [at - STEP_MS, at];
      while (high - low > 1000) {
        const middle = (low + high) / 2;
        if (isUp(middle) === wasUp) low = middle;
        else high = middle;
      }
      found.push(high);
    }
    wasUp = up;
  }
  return found;
}
