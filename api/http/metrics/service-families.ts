import type { MetricsReading } from '../../../db/queries/metrics-read.ts';
import type { Family, Sample } from './exposition.ts';

const LIVE_STATES = ['queued', 'waiting', 'running'] as const;
const ROLES = ['api', 'worker'] as const;
const REPAIR = 'housekeeper.';

/** What operators look at beside the document's five: queue, slots, housekeeper, notifications, how far events lag. */
export function serviceFamilies(reading: MetricsReading): Family[] {
  return [...work(reading), ...housekeeper(reading), ...outward(reading)];
}

function work({ live, instances, counts }: MetricsReading): Family[] {
  const of = (state: string) => live.find((one) => one.state === state);
  const workers = instances.filter(({ roles }) => roles.includes('worker'));
  const capacity = workers.reduce((sum, worker) => sum + worker.capacity, 0);
  const used = workers.reduce((sum, worker) => sum + worker.load, 0);
  return [
    gauge(
      'almanac_executions_live',
      'Executions that are queued, wait for others, or run.',
      LIVE_STATES.map((state) => ({ labels: { state }, value: of(state)?.count ?? 0 })),
    ),
    gauge(
      'almanac_executions_oldest_seconds',
      'For how long the oldest execution that is queued, waits or runs has done so; 0 where there is none.',
      LIVE_STATES.map((state) => ({ labels: { state }, value: (of(state)?.oldestMs ?? 0) / 1000 })),
    ),
    gauge('almanac_worker_slots', 'Slots of all live workers, as they told of them within the last seconds.', [
      { labels: { state: 'used' }, value: used },
      { labels: { state: 'available' }, value: Math.max(0, capacity - used) },
    ]),
    gauge(
      'almanac_instances',
      'Live processes by what they do; one that does both counts in both.',
      ROLES.map((role) => ({
        labels: { role },
        value: instances.filter(({ roles }) => roles.includes(role)).length,
      })),
    ),
    counter('almanac_lock_timeouts_total', 'Claims that waited longer than 10 s for the lock of their jobs.', [
      { value: counts.get('lock_timeouts') ?? 0 },
    ]),
  ];
}

/** Before its first round only what it has done is told: nothing. */
function housekeeper({ housekeeping, counts }: MetricsReading): Family[] {
  const repaired = [...counts].filter(([name]) => name.startsWith(REPAIR));
  const last =
    housekeeping === null
      ? []
      : [
          gauge('almanac_housekeeper_last_run_timestamp_seconds', 'When its last round ended.', [
            { value: housekeeping.endedAt / 1000 },
          ]),
          gauge('almanac_housekeeper_duration_seconds', 'How long its last round took.', [
            { value: housekeeping.durationMs / 1000 },
          ]),
        ];
  return [
    ...last,
    counter('almanac_housekeeper_rounds_total', 'Rounds of the housekeeper.', [
      { value: counts.get('housekeeper_rounds') ?? 0 },
    ]),
    counter('almanac_housekeeper_failures_total', 'Rounds of which a part failed.', [
      { value: counts.get('housekeeper_failures') ?? 0 },
    ]),
    counter(
      'almanac_housekeeper_repaired_total',
      'What it put right, by its kinds of work.',
      repaired.sort().map(([name, value]) => ({ labels: { work: name.slice(REPAIR.length) }, value })),
    ),
  ];
}

function outward({ relays, counts, pendingNotifications }: MetricsReading): Family[] {
  return [
    gauge('almanac_notifications_pending', 'Notifications that wait for their delivery; 100,000 stands for more.', [
      { value: pendingNotifications },
    ]),
    counter('almanac_notifications_given_up_total', 'Notifications that no receiver took in time.', [
      { value: counts.get('notifications_given_up') ?? 0 },
    ]),
    gauge(
      'almanac_event_lag_seconds',
      'How long ago the first event was announced that a broker was not told yet; 0 where it was told all.',
      relays.map(({ name, behindMs }) => ({ labels: { relay: name }, value: behindMs / 1000 })),
    ),
    gauge(
      'almanac_event_lag_notices',
      'Announcements that a broker was not told yet.',
      relays.map(({ name, notices }) => ({ labels: { relay: name }, value: notices })),
    ),
  ];
}

function gauge(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, help, type: 'gauge', samples };
}

function counter(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, help, type: 'counter', samples };
}
