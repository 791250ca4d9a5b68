/*
 * What programs that embed the scheduler are written against: published as `almanac/scheduler`. The data are the types of
 * console.txt, "TypeScript Types". It imports nothing, so that it reads the same in every project.
 */

export interface ScheduledJob {
  id: number;
  taskFunctionId: number;
  taskFunctionKey: string;
  jobTypeId: number;
  jobTypeName: string;
  nameEn?: string;
  nameAr?: string;
  descriptionEn?: string;
  descriptionAr?: string;
  cronExpression?: string;
  intervalSeconds?: number;
  intervalMinutes?: number;
  intervalHours?: number;
  intervalDays?: number;
  priority: number;
  maxInstances: number;
  misfireGraceTime: number;
  coalesce: boolean;
  isEnabled: boolean;
  isActive: boolean;
  isPrimary: boolean;
  lastRunAt?: string;
  nextRunAt?: string;
  createdAt: string;
  updatedAt?: string;
}

export interface ScheduledJobExecution {
  id: number;
  jobId: number;
  executionId: string;
  scheduledAt: string;
  startedAt?: string;
  completedAt?: string;
  durationMs?: number;
  statusId: number;
  statusName: string;
  errorMessage?: string;
  resultSummary?: string;
  executorId: string;
  hostName: string;
}

export type JobAction = 'enable' | 'disable' | 'trigger' | 'pause' | 'resume';

export interface JobActionRequest {
  action: JobAction;
}

export interface JobActionResponse {
  success: boolean;
  message: string;
  executionId?: string;
  job: ScheduledJob;
}

export interface SchedulerStatus {
  isRunning: boolean;
  mode: string;
  instanceId: string;
  activeInstances: number;
  totalJobs: number;
  enabledJobs: number;
  runningExecutions: number;
  lastHeartbeat: string;
}

/** console.txt, ScheduledJobCreate. Interval fields add up; a cron expression stands in their place. */
export interface ScheduledJobCreate {
  taskFunctionId: number;
  nameEn?: string | null;
  nameAr?: string | null;
  descriptionEn?: string | null;
  descriptionAr?: string | null;
  intervalSeconds?: number | null;
  intervalMinutes?: number | null;
  intervalHours?: number | null;
  intervalDays?: number | null;
  cronExpression?: string | null;
  priority?: number;
  maxInstances?: number;
  misfireGraceTime?: number;
  coalesce?: boolean;
  isEnabled?: boolean;
  isPrimary?: boolean;
  /** Any JSON, handed to the function as it is. */
  payload?: unknown;
}

/** console.txt, ScheduledJobUpdate: what is left out stays, null clears. */
export type ScheduledJobUpdate = Partial<ScheduledJobCreate>;

export interface JobFilters {
  isEnabled?: boolean;
  jobTypeId?: number;
  /** Deleted ones, too. */
  includeInactive?: boolean;
}

export interface ExecutionFilters {
  statusId?: number;
}

export interface TaskFunction {
  id: number;
  key: string;
  nameEn: string;
  nameAr: string;
  descriptionEn?: string;
  descriptionAr?: string;
  isActive: boolean;
}

/** A job type or an execution status. */
export interface Lookup {
  id: number;
  name: string;
  nameEn: string;
  nameAr: string;
}

export interface ScheduledJobLock {
  id: number;
  jobId: number;
  executionId: string;
  lockedBy: string;
  lockedAt: string;
  expiresAt: string;
}

export interface SchedulerInstance {
  id: string;
  instanceName: string;
  hostName: string;
  processId: number;
  mode: string;
  status: string;
  lastHeartbeat: string;
  startedAt: string;
}

/** What a program may record of a run that it does by itself. */
export interface ExecutionUpdate {
  /** 3 success, 4 failed, 5 cancelled or 6 timeout: it has ended so. */
  statusId: number;
  startedAt?: string;
  completedAt?: string;
  durationMs?: number;
  errorMessage?: string;
  errorTraceback?: string;
  resultSummary?: string;
}

/** console.txt, Repository Layer. */
export interface SchedulerRepository {
  createJob(data: ScheduledJobCreate): Promise<ScheduledJob>;
  /** Undefined: there is none, or it was deleted. */
  getJobById(jobId: number): Promise<ScheduledJob | undefined>;
  getJobs(filters?: JobFilters, page?: number, perPage?: number): Promise<[ScheduledJob[], number]>;
  updateJob(jobId: number, data: ScheduledJobUpdate): Promise<ScheduledJob>;
  softDeleteJob(jobId: number): Promise<ScheduledJob>;
  /** A pending execution. Whoever locks it runs it; if nobody does within half a minute, the service runs it. */
  createExecution(data: { jobId: number }): Promise<ScheduledJobExecution>;
  /** Ends a locked execution, once and for good; refuses one that is not locked. */
  updateExecution(executionId: string, data: ExecutionUpdate): Promise<ScheduledJobExecution>;
  getExecutions(
    jobId: number,
    filters?: ExecutionFilters,
    page?: number,
    perPage?: number,
  ): Promise<[ScheduledJobExecution[], number]>;
  /** Locks a pending execution for an hour. False: it is not pending, or as many of the job run as maxInstances allows. */
  acquireLock(jobId: number, executionId: string, instanceId: string): Promise<boolean>;
  /** Gives a locked execution back, to be run by another. One that has ended holds no lock. */
  releaseLock(jobId: number, executionId: string): Promise<void>;
  /** The oldest lock of a job. */
  checkLock(jobId: number): Promise<ScheduledJobLock | undefined>;
  registerInstance(data: {
    instanceName: string;
    hostName?: string;
    processId?: number;
    mode?: SchedulerMode;
  }): Promise<SchedulerInstance>;
  /** To be told each 5 s or so: one that is silent for 30 s is taken for dead. False: it was. */
  updateHeartbeat(instanceId: string): Promise<boolean>;
  getActiveInstances(): Promise<SchedulerInstance[]>;
  getTaskFunctions(): Promise<TaskFunction[]>;
  getJobTypes(): Promise<Lookup[]>;
  getExecutionStatuses(): Promise<Lookup[]>;
}

/** `embedded` runs what it is not given, Postgres and Temporal, beside the program; `standalone` must be given both. */
export type SchedulerMode = 'embedded' | 'standalone';

/** What a function of the program is given; the whole of it is `FunctionContext` of `almanac/functions`. */
export interface ProgramContext {
  /** The job's payload. */
  readonly payload: unknown;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly log: Readonly<Record<'debug' | 'info' | 'warn' | 'error', (...parts: unknown[]) => void>>;
  /** Aborts when the run is cancelled or too long, and when the worker stops. */
  readonly signal: AbortSignal;
  readonly executionId: string;
  /** Counts from 1. */
  readonly attempt: number;
  readonly scheduledTime: Date;
}

/** A function of the program's own (docs/functions.md). */
export interface ProgramFunction {
  nameEn?: string;
  nameAr?: string;
  descriptionEn?: string;
  descriptionAr?: string;
  /** A text that it returns, or the text under `summary`, is the execution's `resultSummary`. */
  run(context: ProgramContext): unknown;
}

export interface SchedulerOptions {
  /** Default `embedded`. */
  mode?: SchedulerMode;
  instanceName?: string;
  /** A Postgres URL; its schema is brought up to date. */
  databaseUrl?: string;
  /** `host:port`. */
  temporalAddress?: string;
  temporalNamespace?: string;
  /** Where embedded servers keep their data; default `.almanac`. */
  home?: string;
  functions?: Readonly<Record<string, ProgramFunction>>;
  /** Any further variable of `.env.example`, such as `{ SCHEDULER_TIMEZONE: 'Asia/Riyadh' }`. */
  settings?: Readonly<Record<string, string>>;
  /** Told when it can't go on; without it the error is logged. */
  onFailure?: (error: unknown) => void;
}

/** console.txt, Service Layer. Refusals are errors with a `code`, such as JOB_NOT_FOUND. */
export interface Scheduler {
  /** Connects and registers this instance; returns its id. Mode and name given here win. */
  initialize(mode?: SchedulerMode, instanceName?: string): Promise<string>;
  /** Begins to run jobs; initializes first where that was not done. */
  start(): Promise<void>;
  /** Takes no more work. With `wait` it returns when runs have ended and all is closed, else that goes on behind it. */
  stop(wait?: boolean): Promise<void>;
  createJob(data: ScheduledJobCreate, createdById?: string): Promise<ScheduledJob>;
  getJob(jobId: number): Promise<ScheduledJob>;
  listJobs(page?: number, perPage?: number, filters?: JobFilters): Promise<[ScheduledJob[], number]>;
  updateJob(jobId: number, data: ScheduledJobUpdate, updatedById?: string, force?: boolean): Promise<ScheduledJob>;
  /** `force`, here and below: also of a primary job. */
  deleteJob(jobId: number, force?: boolean): Promise<ScheduledJob>;
  enableJob(jobId: number): Promise<ScheduledJob>;
  disableJob(jobId: number, force?: boolean): Promise<ScheduledJob>;
  /** The id of the execution, and the job. `force`: also of a disabled, paused or busy one. */
  triggerJobNow(jobId: number, triggeredByUserId?: string, force?: boolean): Promise<[string, ScheduledJob]>;
  pauseJob(jobId: number): Promise<ScheduledJob>;
  resumeJob(jobId: number): Promise<ScheduledJob>;
  getJobHistory(
    jobId: number,
    filters?: ExecutionFilters,
    page?: number,
    perPage?: number,
  ): Promise<[ScheduledJobExecution[], number]>;
  getAllHistory(
    filters?: ExecutionFilters,
    page?: number,
    perPage?: number,
  ): Promise<[ScheduledJobExecution[], number]>;
  getStatus(): Promise<SchedulerStatus>;
  cleanupHistory(retentionDays?: number): Promise<{ deletedCount: number; message: string }>;
  readonly repository: SchedulerRepository;
}

/** Makes a scheduler; nothing is opened before `initialize` or `start`. */
export declare function createScheduler(options?: SchedulerOptions): Scheduler;
