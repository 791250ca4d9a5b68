import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { fireSeries } from '../../../domain/conflicts/fire-series.ts';
import { walkedFires, DAY_MS, schedule, schedules, starts } from './planned-jobs.ts';

// Many generated cases: on a busy machine they may take their time.
vi.setConfig({ testTimeout: 120_000 });

it('knows every fire that walking the schedule finds, from any instant on, over clock changes too', () => {
  fc.assert(
    fc.property(schedules, starts, fc.array(fc.nat(2 * 86_400_000), { maxLength: 20 }), (one, from, probes) => {
      const horizon = { from, to: from + 2 * DAY_MS };
      const walked = walkedFires(one, horizon);
      const series = fireSeries(one, horizon);
      const firstFrom = (at: number) => walked.find((fire) => fire >= at) ?? Infinity;
      expect(series.firstFrom(0)).toBe(walked[0] ?? Infinity);
      for (const probe of probes) expect(series.firstFrom(from + probe)).toBe(firstFrom(from + probe));
      for (const fire of walked.slice(0, 200)) expect(series.firstFrom(fire + 1)).toBe(firstFrom(fire + 1));
    }),
    { numRuns: 400 },
  );
});

it('repeats with its period, where it says that it has one', () => {
  fc.assert(
    fc.property(schedules, starts, (one, from) => {
      const horizon = { from, to: from + 2 * DAY_MS };
      const { periodMs, firstFrom } = fireSeries(one, horizon);
      fc.pre(periodMs !== null);
      const period = periodMs ?? 0;
      const walked = walkedFires(one, horizon).slice(0, 500);
      for (const fire of walked) if (fire + period < horizon.to) expect(firstFrom(fire + period)).toBe(fire + period);
      const known = new Set(walked);
      const first = walked[0] ?? 0;
      for (const fire of walked) if (fire - period >= first) expect(known).toContain(fire - period);
    }),
    { numRuns: 200 },
  );
});

it.each([[{ kind: 'none' }], [{ kind: 'event', topic: 'door/open' }], [{ kind: 'once', at: '2026-03-01T00:00:00Z' }]])(
  'has no fires within a week for %j',
  (input) => {
    const from = Date.UTC(2026, 0, 5);
    expect(fireSeries(schedule(input), { from, to: from + 7 * DAY_MS }).firstFrom(from)).toBe(Infinity);
  },
);
