import { describe, expect, it } from 'vitest';
import { conflictPeriod } from '../../../domain/conflicts/conflict-period.ts';
import type { ConflictCheck, Planned, PlannedJob } from '../../../domain/conflicts/conflict.ts';
import { findConflicts, isFree, timed } from '../../../domain/conflicts/find-conflicts.ts';
import { freeTime } from '../../../domain/conflicts/free-time.ts';
import { plannedJob, schedule } from './planned-jobs.ts';

const CHECK: ConflictCheck = { now: Date.UTC(2026, 0, 5, 0, 0, 0, 250), maxConcurrent: 10 };
const candidate = (input: object, more: Partial<Planned> = {}): Planned => ({
  schedule: schedule(input),
  durationMs: 300_000,
  resources: [],
  ...more,
});
const check = (planned: Planned, jobs: readonly PlannedJob[], how = CHECK) => {
  const others = timed(jobs, how.now);
  const conflicts = findConflicts(planned, others, how);
  return { conflicts, others, free: freeTime(planned, others, how, conflicts) };
};
const AT_TWO = { kind: 'daily', time: '02:00' };

describe('the conflicts of a job', () => {
  it('are documented windows side by side: time_overlap, 02:00-02:05, medium, free from 02:10 on [G-263..G-266]', () => {
    const backup = plannedJob('Daily Backup', AT_TWO, { durationMs: 300_000 });
    const { conflicts, free } = check(candidate(AT_TWO), [backup]);
    expect(conflicts).toMatchObject([
      { job: { name: 'Daily Backup' }, type: 'time_overlap', severity: 'medium', shared: [] },
    ]);
    const [{ from, to } = { from: 0, to: 0 }] = conflicts;
    expect(conflictPeriod(from, to, 'UTC')).toBe('02:00-02:05');
    expect(conflictPeriod(from, to, 'Asia/Kathmandu')).toBe('07:45-07:50');
    expect(free).toMatchObject({ words: '02:10', of: 'all', schedule: { kind: 'daily', time: '02:10' } });
  });

  it('are none where windows only touch, or come more than 7 days from now', () => {
    const touching = plannedJob('Next', { kind: 'daily', time: '02:05' });
    const before = plannedJob('Before', { kind: 'daily', time: '01:59' }, { durationMs: 60_000 });
    const far = plannedJob('Far', { kind: 'once', at: '2026-01-12T02:00:00Z' });
    expect(check(candidate(AT_TWO), [touching, before, far]).conflicts).toEqual([]);
    const within = plannedJob('Within', { kind: 'once', at: '2026-01-11T02:04:59Z' });
    expect(check(candidate(AT_TWO), [within]).conflicts).toMatchObject([{ type: 'time_overlap', severity: 'low' }]);
  });

  it('are resource_overlap where both touch the same: high for relays and system operations, medium for topics', () => {
    const jobs = ['relay:lights', 'system:backup', 'mqtt:a/b', 'file:logs/*'].map((resource) =>
      plannedJob(resource, AT_TWO, { resources: [resource] }),
    );
    const all = candidate(AT_TWO, { resources: jobs.map(({ name }) => name) });
    const found = check(all, jobs).conflicts.map(({ job, type, severity, shared }) => [
      job.name,
      type,
      severity,
      shared,
    ]);
    expect(found).toEqual([
      ['relay:lights', 'resource_overlap', 'high', ['relay:lights']],
      ['system:backup', 'resource_overlap', 'high', ['system:backup']],
      ['mqtt:a/b', 'resource_overlap', 'medium', ['mqtt:a/b']],
      ['file:logs/*', 'resource_overlap', 'medium', ['file:logs/*']],
    ]);
    expect(check(candidate(AT_TWO, { resources: ['relay:other'] }), jobs.slice(0, 1)).conflicts).toMatchObject([
      { type: 'time_overlap' },
    ]);
  });

  it('are capacity where together they exceed the concurrent limit, for those that run at that instant', () => {
    const three = [1, 2, 3].map((n) => plannedJob(`At two ${n}`, AT_TWO, { durationMs: 60_000 }));
    const later = plannedJob('Later', { kind: 'daily', time: '02:04' });
    const within = (maxConcurrent: number) =>
      check(candidate(AT_TWO), [...three, later], { ...CHECK, maxConcurrent }).conflicts.map(({ type }) => type);
    expect(within(4)).toEqual(Array.from({ length: 4 }, () => 'time_overlap'));
    expect(within(3)).toEqual(['capacity', 'capacity', 'capacity', 'time_overlap']);
  });

  it('count the delay of an interval with jitter as part of its window', () => {
    const jittery = { kind: 'interval', everySeconds: 3600, anchorAt: Date.UTC(2026, 0, 5), jitterPercentage: 50 };
    expect(check(candidate({ kind: 'daily', time: '02:29' }), [plannedJob('Jittery', jittery)]).conflicts).toHaveLength(
      1,
    );
    expect(check(candidate({ kind: 'daily', time: '02:31' }), [plannedJob('Jittery', jittery)]).conflicts).toEqual([]);
  });

  it('last, within the window in question, from the first overlap to the last', () => {
    const poll = plannedJob('Modbus Poll', { kind: 'interval', everySeconds: 10, anchorAt: Date.UTC(2026, 0, 5) });
    const [{ from, to } = { from: 0, to: 0 }] = check(candidate({ kind: 'daily', time: '01:00' }), [poll]).conflicts;
    expect([from, to]).toEqual([Date.UTC(2026, 0, 5, 1), Date.UTC(2026, 0, 5, 1, 4, 51)]);
    expect(conflictPeriod(from, to, 'UTC')).toBe('01:00-01:05');
  });
});

describe('a recommended time', () => {
  it.each([
    [{ kind: 'weekly', daysOfWeek: ['tue'], time: '02:00' }, '02:10'],
    [{ kind: 'daily', time: '02:03:20' }, '02:10'],
    [{ kind: 'cron', expression: '0 2 * * *' }, '"10 2 * * *"'],
    [{ kind: 'cron', expression: '0 */2 * * *' }, '"5 */2 * * *"'],
    [{ kind: 'once', at: '2026-01-06T02:00:00Z' }, '2026-01-06T02:10Z'],
  ])('for %j is %s, and is free', (input, words) => {
    const { conflicts, others, free } = check(candidate(input), [
      plannedJob('Backup', AT_TWO, { durationMs: 300_000 }),
    ]);
    expect(conflicts).toHaveLength(1);
    expect(free?.words).toBe(words);
    if (free === null) throw new Error('no time was found');
    expect(findConflicts({ ...candidate(input), schedule: free.schedule }, others, CHECK)).toEqual([]);
  });

  it('is free of the serious conflicts at least, where something always runs beside', () => {
    const poll = plannedJob('Poll', { kind: 'interval', everySeconds: 10, anchorAt: Date.UTC(2026, 0, 5) });
    const lights = plannedJob('Lights', AT_TWO, { resources: ['relay:lights'], durationMs: 1_500_000 });
    const wanted = candidate(AT_TWO, { resources: ['relay:lights'] });
    const { others, free } = check(wanted, [poll, lights]);
    expect(free).toMatchObject({ words: '02:30', of: 'serious' });
    const moved = { ...wanted, schedule: schedule({ kind: 'daily', time: '02:30' }) };
    expect(isFree(moved, others, CHECK, ['resource_overlap', 'capacity'])).toBe(true);
    expect(
      isFree({ ...wanted, schedule: schedule({ kind: 'daily', time: '02:20' }) }, others, CHECK, ['resource_overlap']),
    ).toBe(false);
  });

  it('is none without a conflict, for an interval, or where a day has no free time', () => {
    const poll = plannedJob('Poll', { kind: 'interval', everySeconds: 10, anchorAt: Date.UTC(2026, 0, 5) });
    expect(check(candidate(AT_TWO), []).free).toBeNull();
    expect(check(candidate(AT_TWO), [poll]).free).toBeNull();
    expect(check(candidate({ kind: 'interval', everySeconds: 60 }), [poll]).free).toBeNull();
  });
});
