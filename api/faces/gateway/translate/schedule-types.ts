import type { ScheduleType } from '../../../http/schedules/schedule-type.ts';

const SUN_NEEDED = ['mode', 'latitude', 'longitude'] as const;
const SUN_OPTIONAL = ['offset_minutes', 'timezone'] as const;

/** gateway.txt, Schedule Types, and DECISIONS section 9 (monthly, once, event, and three names for sun). */
export const SCHEDULE_TYPES = {
  interval: { kind: 'interval', needed: ['interval_seconds'], optional: ['jitter_percentage', 'start_immediately'] },
  daily: { kind: 'daily', needed: ['time'], optional: ['timezone', 'days_of_week', 'skip_weekends'] },
  weekly: { kind: 'weekly', needed: ['days_of_week', 'time'], optional: ['timezone'] },
  monthly: { kind: 'monthly', needed: ['day_of_month', 'time'], optional: ['timezone'] },
  cron: { kind: 'cron', needed: ['cron_expression'], optional: ['timezone'] },
  sun: { kind: 'sun', needed: SUN_NEEDED, optional: SUN_OPTIONAL },
  sunrise: { kind: 'sun', needed: SUN_NEEDED, optional: SUN_OPTIONAL, fixed: { mode: 'sunrise' } },
  sunset: { kind: 'sun', needed: SUN_NEEDED, optional: SUN_OPTIONAL, fixed: { mode: 'sunset' } },
  once: { kind: 'once', needed: ['run_at'], optional: ['timezone'] },
  event: { kind: 'event', needed: ['topic'], optional: ['payload_match', 'min_interval_seconds'] },
} as const satisfies Readonly<Record<string, ScheduleType>>;

export type ScheduleTypeName = keyof typeof SCHEDULE_TYPES;
export const SCHEDULE_TYPE_NAMES = Object.keys(SCHEDULE_TYPES) as ScheduleTypeName[];

export function scheduleType(name: ScheduleTypeName): ScheduleType {
  return SCHEDULE_TYPES[name];
}
