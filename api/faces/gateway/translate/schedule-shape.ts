import { createScheduleForm } from '../../../http/schedules/schedule-form.ts';
import { SCHEDULE_TYPES } from './schedule-types.ts';

/** Schedules as the gateway writes and reads them. */
export const scheduleForm = createScheduleForm(SCHEDULE_TYPES);
