import { createScheduleForm } from '../../../http/schedules/schedule-form.ts';
import type { ScheduleType } from '../../../http/schedules/schedule-type.ts';

/** commands.txt, "Multiple Schedule Types"; of two words for one kind the first is shown. `manual` runs after others, or by hand. */
export const SCHEDULE_TYPES = {
  cron: { kind: 'cron', needed: ['cron_expression'], optional: ['timezone'] },
  interval: { kind: 'interval', needed: ['interval_seconds'], optional: ['jitter_percentage', 'start_immediately'] },
  one_time: { kind: 'once', needed: ['run_at'], optional: ['timezone'] },
  'one-time': { kind: 'once', needed: ['run_at'], optional: ['timezone'] },
  immediate: { kind: 'immediate', needed: [], optional: [] },
  manual: { kind: 'none', needed: [], optional: [] },
} as const satisfies Readonly<Record<string, ScheduleType>>;

export type ScheduleTypeName = keyof typeof SCHEDULE_TYPES;
export const SCHEDULE_TYPE_NAMES = Object.keys(SCHEDULE_TYPES) as [ScheduleTypeName, ...ScheduleTypeName[]];

export const scheduleForm = createScheduleForm<ScheduleTypeName>(SCHEDULE_TYPES);
