/** Bounds and defaults of schedules made through the commands face (commands.txt, Configuration). */
export interface ScheduleLimits {
  /** SCHEDULER_MAX_INSTANCES: a schedule's own parallel runs. */
  readonly maxInstances: number;
  readonly misfireGraceSeconds: number;
  readonly maxRetries: number;
  readonly retryDelaySeconds: number;
  /** 0 = no bound. */
  readonly maxSchedulesPerCreator: number;
  readonly maxLookaheadDays: number;
}

/** As the document prints them. */
export const DOCUMENTED_SCHEDULE_LIMITS: ScheduleLimits = {
  maxInstances: 3,
  misfireGraceSeconds: 300,
  maxRetries: 3,
  retryDelaySeconds: 300,
  maxSchedulesPerCreator: 1000,
  maxLookaheadDays: 365,
};
