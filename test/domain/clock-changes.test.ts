import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockNotes, localTime } from '../../domain/clock-changes.ts';
import { fireTimes, parseSchedule } from '../../domain/schedules/index.ts';
import { ZONES } from './schedules/zones.ts';

/** The fires of a schedule from an instant on: local time, and what became of it. */
function previewed(input: object, after: string, count: number): string[] {
  const schedule = parseSchedule(input, { now: Date.parse(after), defaultTimezone: 'Europe/Berlin' });
  const times = fireTimes(schedule, Date.parse(after), count);
  const notes = clockNotes(schedule, times, Date.parse(after));
  return times.map((at) => {
    const note = notes.get(at);
    return `${localTime(at, 'Europe/Berlin')}${note === undefined ? '' : ` ${note.effect}: ${note.words}`}`;
  });
}

describe('when the clocks go forward, on 2026-03-29 in Berlin', () => {
  const gap = 'when the clocks go from 02:00 to 03:00';
  it('says that a daily time was moved', () => {
    expect(previewed({ kind: 'daily', time: '02:30' }, '2026-03-27T12:00:00Z', 3)).toEqual([
      '2026-03-28T02:30:00+01:00',
      `2026-03-29T03:00:00+02:00 moved: 02:30 does not exist on 2026-03-29, ${gap}: moved to 03:00`,
      '2026-03-30T02:30:00+02:00',
    ]);
  });

  it('says that fixed times became one', () => {
    expect(previewed({ kind: 'cron', expression: '0,30 2,3 * * *' }, '2026-03-28T23:00:00Z', 2)).toEqual([
      `2026-03-29T03:00:00+02:00 merged: 02:00 and 02:30 do not exist on 2026-03-29, ${gap}: fires once for all of them, at 03:00`,
      '2026-03-29T03:30:00+02:00',
    ]);
  });

  it('says that a rhythm skips what is not there, and nothing where it names nothing of that hour', () => {
    expect(previewed({ kind: 'cron', expression: '*/20 * * * *' }, '2026-03-29T00:30:00Z', 3)).toEqual([
      '2026-03-29T01:40:00+01:00',
      `2026-03-29T03:00:00+02:00 skipped: Before it: 02:00 and 02:20 and 02:40 do not exist on 2026-03-29, ${gap}; a rhythm skips that`,
      '2026-03-29T03:20:00+02:00',
    ]);
    expect(previewed({ kind: 'cron', expression: '0 */6 * * *' }, '2026-03-28T23:30:00Z', 1)).toEqual([
      '2026-03-29T06:00:00+02:00',
    ]);
  });
});

describe('when the clocks go back, on 2026-10-25 in Berlin', () => {
  const fold = 'twice on 2026-10-25, when they go from 03:00 back to 02:00';
  it('says that a daily time fires at the first of two', () => {
    expect(previewed({ kind: 'weekly', daysOfWeek: ['sun'], time: '02:15' }, '2026-10-24T12:00:00Z', 1)).toEqual([
      `2026-10-25T02:15:00+02:00 first_of_two: The clocks show 02:15 ${fold}: fires the first time only`,
    ]);
  });

  it('says that a rhythm repeats', () => {
    expect(previewed({ kind: 'cron', expression: '30 * * * *' }, '2026-10-25T00:00:00Z', 3)).toEqual([
      '2026-10-25T02:30:00+02:00',
      `2026-10-25T02:30:00+01:00 repeated: The clocks show 02:30 ${fold}: this is the second, a rhythm fires at both`,
      '2026-10-25T03:30:00+01:00',
    ]);
  });
});

it('says nothing of kinds that do not go by the clocks on the walls', () => {
  const interval = { kind: 'interval', everySeconds: 600, anchorAt: Date.UTC(2026, 2, 28) };
  expect(previewed(interval, '2026-03-29T00:55:00Z', 1)).toEqual(['2026-03-29T03:00:00+02:00']);
});

it('notes just those daily fires that are not at their time, in every zone', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...ZONES),
      fc.nat(23),
      fc.nat(59),
      fc.integer({ min: 1950, max: 2036 }),
      (timezone, h, m, year) => {
        const time = `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`;
        const after = Date.UTC(year, 0, 1);
        const schedule = parseSchedule({ kind: 'daily', time, timezone }, { now: after, defaultTimezone: 'UTC' });
        const times = fireTimes(schedule, after, 366);
        const notes = clockNotes(schedule, times, after);
        const atItsTime = (at: number) => localTime(at, timezone).slice(11, 19) === `${time}:00`;
        const effectOf = (at: number) => notes.get(at)?.effect ?? '';
        const moved = times.filter((at) => ['moved', 'merged'].includes(effectOf(at)));
        expect(moved).toEqual(expect.arrayContaining(times.filter((at) => !atItsTime(at))));
        // Of a day that a zone left out, the fire falls to the next day's, which is at its time.
        expect(
          moved
            .filter(atItsTime)
            .map(effectOf)
            .filter((effect) => effect !== 'merged'),
        ).toEqual([]);
      },
    ),
    { numRuns: 200 },
  );
});
