import type { ScheduleFieldName } from '../../../http/schedules/schedule-fields.ts';
import { createScheduleForm } from '../../../http/schedules/schedule-form.ts';
import type { ScheduleType } from '../../../http/schedules/schedule-type.ts';

const SUN_NEEDED = ['mode', 'latitude', 'longitude'] as const;
const SUN_OPTIONAL = ['offset_minutes', 'timezone'] as const;

/** tasks.txt prints cron and one_time; the other kinds by the same form (issue 5). */
export const TASK_TYPES = {
  cron: { kind: 'cron', needed: ['cron_expression'], optional: ['timezone'] },
  one_time: { kind: 'once', needed: ['run_at'], optional: ['timezone'] },
  interval: { kind: 'interval', needed: ['interval_seconds'], optional: ['jitter_percentage', 'start_immediately'] },
  daily: { kind: 'daily', needed: ['time'], optional: ['timezone', 'days_of_week', 'skip_weekends'] },
  weekly: { kind: 'weekly', needed: ['days_of_week', 'time'], optional: ['timezone'] },
  monthly: { kind: 'monthly', needed: ['day_of_month', 'time'], optional: ['timezone'] },
  sun: { kind: 'sun', needed: SUN_NEEDED, optional: SUN_OPTIONAL },
  sunrise: { kind: 'sun', needed: SUN_NEEDED, optional: SUN_OPTIONAL, fixed: { mode: 'sunrise' } },
  sunset: { kind: 'sun', needed: SUN_NEEDED, optional: SUN_OPTIONAL, fixed: { mode: 'sunset' } },
  event: { kind: 'event', needed: ['topic'], optional: ['payload_match', 'min_interval_seconds'] },
  immediate: { kind: 'immediate', needed: [], optional: [] },
  manual: { kind: 'none', needed: [], optional: [] },
} as const satisfies Readonly<Record<string, ScheduleType>>;

export type TaskType = keyof typeof TASK_TYPES;
export const TASK_TYPE_NAMES = Object.keys(TASK_TYPES) as [TaskType, ...TaskType[]];

export const taskScheduleForm = createScheduleForm(TASK_TYPES);

/** The one field of a type that `schedule_expression` stands for. */
export const EXPRESSION_FIELD: Readonly<Partial<Record<TaskType, ScheduleFieldName>>> = {
  cron: 'cron_expression',
  one_time: 'run_at',
  interval: 'interval_seconds',
  daily: 'time',
};

/** The usual word for a kind of schedule. */
export function typeWord(kind: string): TaskType {
  return TASK_TYPE_NAMES.find((name) => TASK_TYPES[name].kind === kind) ?? 'manual';
}
