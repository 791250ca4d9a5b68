import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DomainError, type Fault } from '../../../domain/errors.ts';
import {
  parseSchedule,
  SCHEDULE_KIND_NAMES,
  SCHEDULE_KINDS,
  type ScheduleKindName,
} from '../../../domain/schedules/index.ts';
import { CONTEXT } from './examples.ts';

type Input = Readonly<Record<string, unknown>>;

/** An input of each kind that gives every field it has. */
const COMPLETE: { readonly [K in ScheduleKindName]: Input } = {
  interval: { kind: 'interval', everySeconds: 60, anchorAt: 60_000, jitterPercentage: 10, startImmediately: true },
  daily: { kind: 'daily', time: '02:00', timezone: 'UTC', daysOfWeek: ['mon'], skipWeekends: true },
  weekly: { kind: 'weekly', daysOfWeek: ['mon'], time: '02:00', timezone: 'UTC' },
  monthly: { kind: 'monthly', dayOfMonth: 1, time: '02:00', timezone: 'UTC' },
  cron: { kind: 'cron', expression: '* * * * *', timezone: 'UTC' },
  once: { kind: 'once', at: '2030-01-01T00:00:00', timezone: 'UTC' },
  immediate: { kind: 'immediate', at: 60_000 },
  sun: { kind: 'sun', mode: 'sunset', offsetMinutes: 5, latitude: 1, longitude: 2, timezone: 'UTC' },
  none: { kind: 'none' },
  event: { kind: 'event', topic: 'a/b', payloadMatch: { a: 1 }, minIntervalSeconds: 5 },
};

function refusal(input: unknown): DomainError {
  try {
    const accepted = parseSchedule(input, CONTEXT);
    throw new Error(`accepted ${JSON.stringify(accepted)}`);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

function faultsOf(error: DomainError): readonly Fault[] {
  return error.details['faults'] as readonly Fault[];
}

const JUNK: readonly unknown[] = [
  null,
  [],
  [null],
  Number.NaN,
  Number.POSITIVE_INFINITY,
  1e308,
  -1e308,
  '\u0000#+',
  () => 1,
];

describe.each(SCHEDULE_KIND_NAMES)('a schedule of kind %s', (kind) => {
  const complete = COMPLETE[kind];
  const fields = Object.keys(complete).filter((field) => field !== 'kind');

  test('is accepted as the examples give it', () => {
    expect(parseSchedule(complete, CONTEXT)).toMatchObject({ kind });
  });

  test('refuses junk in any field, by the name of the field and no other', () => {
    for (const field of fields) {
      for (const junk of JUNK) {
        const error = refusal({ ...complete, [field]: junk });
        expect(error.code).toBe(field === 'expression' ? 'INVALID_CRON_EXPRESSION' : 'INVALID_SCHEDULE');
        expect(faultsOf(error).map(({ path }) => path.split('.')[0])).toEqual([field]);
        expect(error.message).toMatch(new RegExp(`^${field}.*: .{10,}`));
        expect(error.message).not.toMatch(/Invalid input|undefined/);
      }
    }
  });

  test('refuses junk in all fields at once, naming each', () => {
    const error = refusal(Object.fromEntries([...fields.map((field) => [field, null]), ['kind', kind], ['colour', 1]]));
    expect(
      faultsOf(error)
        .map(({ path }) => path)
        .sort(),
    ).toEqual([...fields, 'colour'].sort());
  });

  test('refuses an unknown field by its name, and names the known', () => {
    const message = faultsOf(refusal({ ...complete, every: 5 }))[0]?.message ?? '';
    expect(refusal({ ...complete, every: 5 }).message).toContain('every: unknown field');
    for (const field of fields) expect(message).toContain(field);
  });

  test('refuses what is no object, or of another kind', () => {
    for (const input of [null, undefined, 5, 'junk', [], [complete], { ...complete, kind: 'other' }]) {
      expect(() => SCHEDULE_KINDS[kind].parse(input, CONTEXT)).toThrow(DomainError);
    }
  });
});

test('a kind that is not in the list is refused along with the list', () => {
  for (const input of [null, undefined, 7, 'cron', [], {}, { kind: 7 }, { kind: 'toString' }, { kind: '__proto__' }]) {
    const error = refusal(input);
    expect(error.code).toBe('INVALID_SCHEDULE');
    for (const name of SCHEDULE_KIND_NAMES) expect(error.message).toContain(name);
  }
});

test('whatever comes in, the answer is a schedule or a DomainError', () => {
  const anything = fc.oneof(
    fc.anything({ withBigInt: true, withMap: true, withNullPrototype: true }),
    fc.tuple(fc.constantFrom(...SCHEDULE_KIND_NAMES), fc.nat(20), fc.anything()).map(([kind, at, junk]): Input => {
      const fields = Object.keys(COMPLETE[kind]);
      return { ...COMPLETE[kind], [fields[at % fields.length] ?? 'kind']: junk };
    }),
  );
  fc.assert(
    fc.property(anything, (input) => {
      try {
        expect(SCHEDULE_KIND_NAMES).toContain(parseSchedule(input, CONTEXT).kind);
      } catch (error) {
        expect(error).toBeInstanceOf(DomainError);
      }
    }),
    { numRuns: 2000 },
  );
});

describe('the message says what to write instead', () => {
  const zone = (timezone: unknown): Input => ({ ...COMPLETE.daily, timezone });
  const cron = (expression: unknown): Input => ({ kind: 'cron', expression });
  test.each<[Input, RegExp]>([
    [{ kind: 'interval', everySeconds: 0 }, /^everySeconds: must be a whole number of seconds from 1/],
    [{ kind: 'interval', everySeconds: 1.5 }, /^everySeconds: .*whole number/],
    [{ kind: 'interval', everySeconds: -1 }, /^everySeconds: /],
    [{ kind: 'interval', everySeconds: '60' }, /^everySeconds: /],
    [{ kind: 'interval', everySeconds: 315_360_001 }, /10 years/],
    [{ kind: 'interval', everySeconds: 60, jitterPercentage: 101 }, /^jitterPercentage: .*0 to 100/],
    [{ ...COMPLETE.daily, time: '25:00' }, /^time: .*"00:00" to "23:59"/],
    [{ ...COMPLETE.daily, time: '24:00' }, /^time: /],
    [{ ...COMPLETE.daily, time: '9:00' }, /^time: .*HH:MM/],
    [{ ...COMPLETE.daily, daysOfWeek: ['sat', 'sun'] }, /^daysOfWeek: .*skipWeekends/],
    [{ ...COMPLETE.weekly, daysOfWeek: [] }, /^daysOfWeek: .*one or more weekdays/],
    [{ ...COMPLETE.weekly, daysOfWeek: ['monday'] }, /^daysOfWeek: .*"mon"/],
    [{ ...COMPLETE.monthly, dayOfMonth: 0 }, /^dayOfMonth: .*1 to 31, or "last"/],
    [{ ...COMPLETE.monthly, dayOfMonth: 32 }, /^dayOfMonth: /],
    [zone('Europe/Berln'), /did you mean "Europe\/Berlin"/],
    [zone('new york'), /did you mean "America\/New_York"/],
    [zone('+02:00'), /offset, which knows no clock changes/],
    [zone('UTC+2'), /offset/],
    [zone('Mars/Olympus'), /no known time zone: use an IANA name/],
    [{ ...COMPLETE.sun, latitude: 91 }, /^latitude: .*-90 \(south\) to 90/],
    [{ ...COMPLETE.sun, longitude: -180.5 }, /^longitude: /],
    [{ ...COMPLETE.sun, latitude: 90 }, /^latitude: .*no sunset within 400 days/],
    [{ kind: 'once', at: '2026-11-21T04:30:15Z' }, /^at: lies in the past \(now is 2026-11-21 04:30:15 UTC\)/],
    [{ kind: 'once', at: '2027-02-29T00:00:00Z' }, /^at: must be a date and time such as/],
    [{ kind: 'once', at: '2027-03-01' }, /^at: /],
    [{ kind: 'once', at: '2027-03-01T24:00:00Z' }, /^at: /],
    [{ kind: 'event', topic: 'a/#/b' }, /^topic: .*last level/],
    [{ kind: 'event', topic: 'a+/b' }, /^topic: .*whole level/],
    [{ kind: 'event', topic: '$share/g/a' }, /^topic: .*shared subscription/],
    [cron('0 0 30 2 *'), /"0 0 30 2 \*" never fires in Europe\/Berlin: .*February has no 30th/],
    [cron('0 0 31 4,6,9,11 *'), /never fires/],
    [{ ...cron('*/10 2 * 3 SUN#2'), timezone: 'America/New_York' }, /clocks do not skip these times/],
    [cron(''), /must have 5 fields .* has 0/],
    [cron('* * * *'), /has 4/],
    [cron('* * * * * * *'), /has 7/],
    [cron('2026-11-21T04:30:15'), /has 1/],
    [
      cron('61 24 32 13 8'),
      /minute: .*0 to 59.*; hour: .*0 to 23.*; day of month: .*; month: .*; day of week: .*0 to 7/,
    ],
    [cron('0 22-2 * * fri-mon'), /hour: "22-2" runs backwards: write 22-23,0-2; day of week: .*write 5-7,0-1/],
    [cron('*/0 * * * *'), /minute: the step of "\*\/0" must be a whole number from 1 to 60/],
    [cron('/5 * * * *'), /minute: cannot read "\/5"/],
    [cron('0 0 L-3 * *'), /day of month: cannot read/],
    [cron('0 0 LW,15 * *'), /LW must stand alone/],
    [cron('0 0 * * +1'), /day of week: cannot read/],
    [cron('0 0 * * 1#6'), /day of week: cannot read/],
    [cron('0 0 * * mon-fri#2'), /day of week: cannot read/],
    [cron('0 ? * * *'), /hour: cannot read/],
    [cron('0,,5 * * * *'), /minute: cannot read ""/],
    [cron('H * * * *'), /minute: cannot read "h"/],
    [cron('@reboot'), /@hourly/],
    [cron('@every 5m'), /kind "interval"/],
    [cron('CRON_TZ=UTC * * * * *'), /field timezone/],
    [cron(`${'0,'.repeat(200)}0 * * * *`), /longer than 255 characters/],
  ])('%j', (input, message) => {
    expect(refusal(input).message.replace(/^expression: /, '')).toMatch(message);
  });
});

test('huge input is refused in few words', () => {
  const long = refusal({ ...COMPLETE.daily, timezone: 'x'.repeat(100_000) });
  expect(long.message).toMatch(/^timezone: is no time zone: use an IANA name.{1,80}$/);
  const deep = refusal({ kind: 'event', topic: 'a', payloadMatch: nested(50_000) });
  expect(deep.message).toMatch(/^payloadMatch: .*levels deep.{1,40}$/);
});

function nested(depth: number): unknown {
  let value: unknown = {};
  for (let i = 0; i < depth; i++) value = { a: value };
  return value;
}
