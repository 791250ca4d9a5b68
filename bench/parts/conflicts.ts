import type { PlannedJob } from '../../domain/conflicts/conflict.ts';
import { findConflicts, timed } from '../../domain/conflicts/find-conflicts.ts';
import { freeTime } from '../../domain/conflicts/free-time.ts';
import { fireTimesUntil, parseSchedule, type Schedule } from '../../domain/schedules/index.ts';
import { median, spread } from '../figures.ts';
import type { Part } from '../part.ts';

const JOBS = 1000;
const GOAL_MS = 1000;
const WEEK_MS = 7 * 86_400_000;
/** A Wednesday; in the second week the clocks of Berlin change. */
const WEEKS = { 'a quiet week': Date.UTC(2026, 1, 4, 7), 'a week with a clock change': Date.UTC(2026, 2, 25, 7) };

export const conflicts: Part = {
  name: 'conflicts',
  title: 'Conflicts of a schedule with a thousand jobs, over 7 days',
  method:
    'A candidate against 1,000 jobs (intervals, daily times, sparse and dense cron, sun; three zones), in one process, ' +
    'without the one query that reads them: all conflicts, and a free time. Walking: only listing the fires of the same ' +
    'jobs one after another, for the shortest of their intervals no more than 10,000 of them.',
  run(bench) {
    const rounds = bench.quick ? 1 : Math.max(3, bench.rounds);
    const rows: string[][] = [];
    let slowest = 0;
    for (const [week, now] of Object.entries(WEEKS)) {
      const jobs = manyJobs(now);
      const walking = timeMs(() =>
        jobs.forEach(({ schedule }) => fireTimesUntil(schedule, now, now + WEEK_MS, 10_000)),
      );
      for (const [name, schedule] of candidates(now)) {
        bench.say(`conflicts: ${name} in ${week}`);
        const check = { now, maxConcurrent: 10 };
        const planned = { schedule, durationMs: 60_000, resources: ['relay:lights'] };
        const times = Array.from({ length: rounds }, () =>
          timeMs(() => {
            const others = timed(jobs, now);
            freeTime(planned, others, check, findConflicts(planned, others, check));
          }),
        );
        slowest = Math.max(slowest, median(times));
        rows.push([name, week, spread(times), spread([walking]), (walking / median(times)).toFixed(1)]);
      }
    }
    const goal = `at most ${GOAL_MS} ms`;
    const verdict = { what: 'the slowest check', goal, value: `${slowest.toFixed(0)} ms`, met: slowest <= GOAL_MS };
    const columns = ['candidate', 'over', 'check, ms', 'walking, ms', 'ratio'];
    return Promise.resolve({ tables: [{ columns, rows }], verdicts: [verdict], notes: [] });
  },
};

function timeMs(work: () => void): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

function candidates(now: number): [name: string, schedule: Schedule][] {
  const of = (input: object) => parseSchedule(input, { now, defaultTimezone: 'UTC' });
  return [
    ['daily at 02:00', of({ kind: 'daily', time: '02:00' })],
    ['every 7 seconds', of({ kind: 'interval', everySeconds: 7 })],
    ['cron 30 */5 9-17 * * 1-5', of({ kind: 'cron', expression: '30 */5 9-17 * * 1-5', timezone: 'Europe/Berlin' })],
  ];
}

function manyJobs(now: number): PlannedJob[] {
  const zones = ['UTC', 'Europe/Berlin', 'America/New_York'];
  return Array.from({ length: JOBS }, (_, n) => {
    const timezone = zones[n % zones.length] ?? 'UTC';
    const inputs = [
      { kind: 'interval', everySeconds: 1 + (n % 300) },
      { kind: 'daily', time: `0${n % 10}:${10 + (n % 50)}`, timezone },
      { kind: 'cron', expression: '*/5 * * * *', timezone },
      { kind: 'cron', expression: `${n % 60} ${n % 24} * * 1-5`, timezone },
      { kind: 'sun', mode: 'sunset', latitude: n % 60, longitude: n % 180 },
    ];
    const schedule = parseSchedule(inputs[n % inputs.length], { now, defaultTimezone: 'UTC' });
    return { id: String(n), number: n, name: `job ${n}`, schedule, durationMs: 1000, resources: [`mqtt:topic/${n}`] };
  });
}
