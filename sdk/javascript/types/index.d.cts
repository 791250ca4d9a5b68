/** One of the words, or one that only a newer service knows. */
type Word<T extends Readonly<Record<string, string>>> = T[keyof T] | (string & {});

export declare const TaskType: {
  readonly CRON: 'cron';
  readonly ONE_TIME: 'one_time';
  readonly INTERVAL: 'interval';
  readonly DAILY: 'daily';
  readonly WEEKLY: 'weekly';
  readonly MONTHLY: 'monthly';
  readonly SUN: 'sun';
  readonly SUNRISE: 'sunrise';
  readonly SUNSET: 'sunset';
  readonly EVENT: 'event';
  readonly IMMEDIATE: 'immediate';
  readonly MANUAL: 'manual';
};
export type TaskType = Word<typeof TaskType>;

export declare const TaskStatus: {
  readonly SCHEDULED: 'scheduled';
  readonly RUNNING: 'running';
  readonly COMPLETED: 'completed';
  readonly PAUSED: 'paused';
  readonly DISABLED: 'disabled';
};
export type TaskStatus = Word<typeof TaskStatus>;

export declare const Priority: { readonly HIGH: 'high'; readonly MEDIUM: 'medium'; readonly LOW: 'low' };
export type Priority = Word<typeof Priority>;

export declare const ExecutionStatus: {
  readonly QUEUED: 'queued';
  readonly WAITING: 'waiting';
  readonly RUNNING: 'running';
  readonly SUCCESS: 'success';
  readonly FAILED: 'failed';
  readonly TIMEOUT: 'timeout';
  readonly CANCELLED: 'cancelled';
  readonly SKIPPED: 'skipped';
  readonly MISSED: 'missed';
};
export type ExecutionStatus = Word<typeof ExecutionStatus>;

export declare const DependencyType: {
  readonly SUCCESS: 'success';
  readonly COMPLETION: 'completion';
  readonly ANY: 'any';
};
export type DependencyType = Word<typeof DependencyType>;

/** Whatever JSON the user put there: no key inside of it is renamed. */
export type Json = any;

export interface DependsOn {
  dependsOnTaskId: string;
  /** Default `success`. */
  dependencyType?: DependencyType;
}

interface TaskFields {
  scheduleExpression?: string;
  /** An IANA name, such as `America/New_York`. */
  timezone?: string;
  payload?: Json;
  /** Bounds one attempt. */
  timeoutSeconds?: number;
  maxRetries?: number;
  priority?: Priority;
  /** Names and texts; the names are yours. */
  tags?: Readonly<Record<string, string>>;
  enabled?: boolean;
  /** When a `one_time` task runs. */
  nextExecutionTime?: Date | string;
  // Other types have fields of their own: interval; daily, weekly and monthly; sun; event.
  intervalSeconds?: number;
  jitterPercentage?: number;
  startImmediately?: boolean;
  time?: string;
  daysOfWeek?: readonly string[];
  skipWeekends?: boolean;
  dayOfMonth?: number | 'last';
  mode?: 'sunrise' | 'sunset';
  latitude?: number;
  longitude?: number;
  offsetMinutes?: number;
  topic?: string;
  payloadMatch?: Readonly<Record<string, Json>>;
  minIntervalSeconds?: number;
  // How it runs.
  description?: string;
  dependencies?: readonly DependsOn[];
  retryDelaySeconds?: number;
  maxConcurrent?: number;
  misfireGraceTime?: number;
  coalesce?: boolean;
  stopOnError?: boolean;
}

export interface NewTask extends TaskFields {
  taskName: string;
  taskType: TaskType;
}

/** What `updateTask` can change. */
export interface TaskChanges extends TaskFields {
  taskName?: string;
  taskType?: TaskType;
}

/** A task. A new one, and one in a list, carry what the service tells of it there. */
export interface Task {
  readonly taskId: string;
  readonly taskName: string;
  readonly status: TaskStatus;
  readonly nextExecutionTime: Date | null;
  readonly taskType?: TaskType;
  readonly scheduleExpression?: string | null;
  readonly timezone?: string;
  readonly lastExecutionTime?: Date | null;
  readonly lastStatus?: ExecutionStatus | null;
  readonly enabled?: boolean;
  readonly description?: string;
  readonly payload?: Json;
  /** What it does, in words. */
  readonly runs?: string;
  readonly timeoutSeconds?: number;
  readonly maxRetries?: number;
  readonly retryCount?: number;
  readonly retryDelaySeconds?: number;
  readonly priority?: Priority;
  readonly tags?: Readonly<Record<string, string>>;
  readonly maxConcurrent?: number;
  readonly misfireGraceTime?: number;
  readonly coalesce?: boolean;
  readonly stopOnError?: boolean;
  readonly dependencies?: readonly Readonly<Required<DependsOn>>[];
  readonly pausedAt?: Date | null;
  readonly disabledReason?: string | null;
  readonly createdBy?: string;
  readonly createdAt?: Date;
  readonly updatedAt?: Date;
  /** The fields of its type, and those that only a newer service has. */
  readonly [field: string]: unknown;
}

export interface UpdatedTask {
  readonly taskId: string;
  /** Those that changed, not all that were sent; as the API names them: `schedule_expression`. */
  readonly updatedFields: readonly string[];
  readonly nextExecutionTime: Date | null;
  readonly updatedAt: Date;
}

export interface PausedTask {
  readonly taskId: string;
  readonly status: TaskStatus;
  readonly pausedAt: Date | null;
}

export interface ResumedTask {
  readonly taskId: string;
  readonly status: TaskStatus;
  readonly nextExecutionTime: Date | null;
  readonly resumedAt: Date;
}

/** One run of a task. `result` and what follows it come with `getExecution` only. */
export interface Execution {
  readonly executionId: string;
  readonly taskId: string;
  readonly status: ExecutionStatus;
  readonly workerId: string | null;
  readonly startedAt: Date | null;
  readonly completedAt: Date | null;
  readonly durationMs: number | null;
  readonly retryNumber: number;
  /** When it was due. */
  readonly scheduledAt?: Date;
  readonly trigger?: string;
  readonly result?: Json;
  readonly isRetry?: boolean;
  /** Why it did not end well. */
  readonly error?: { readonly code: string; readonly type: string | null; readonly message: string } | null;
  readonly parameters?: Readonly<Record<string, Json>>;
  readonly triggeredBy?: string | null;
  readonly [field: string]: unknown;
}

export interface TriggeredExecution {
  readonly taskId: string;
  readonly executionId: string;
  readonly status: ExecutionStatus;
  readonly queuedAt: Date;
}

/** `cancelled`, or `cancelling`: it was asked to stop and has not yet; `waitFor` it to be sure. */
export interface CancelledExecution {
  readonly executionId: string;
  readonly status: ExecutionStatus;
  readonly cancelledAt: Date | null;
}

export interface LogLine {
  readonly timestamp: Date;
  readonly level: string;
  readonly message: string;
}

export interface Dependency {
  readonly dependencyId: string;
  readonly dependsOnTaskId: string;
  readonly dependencyType: DependencyType;
  /** Told when it is added. */
  readonly taskId?: string;
  /** Told in lists. */
  readonly dependsOnTaskName?: string;
  /** How it stands for the next run. */
  readonly status?: 'met' | 'waiting' | 'failed';
  /** What the other task came to last since this one's previous run. */
  readonly lastEnd?: {
    readonly executionId: string | null;
    readonly status: ExecutionStatus;
    readonly at: Date | null;
  } | null;
}

export interface GraphNode {
  readonly taskId: string;
  readonly taskName: string;
  readonly taskType: TaskType;
  readonly enabled: boolean;
  readonly paused: boolean;
  /** Of its execution under way, else of the last one; null before the first. */
  readonly state: ExecutionStatus | null;
  readonly lastExecutionTime: Date | null;
}

/** `to` waits for `from`. */
export interface GraphEdge {
  readonly dependencyId: string;
  readonly from: string;
  readonly to: string;
  readonly dependencyType: DependencyType;
  readonly status: 'met' | 'waiting' | 'failed';
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export interface BulkCreated {
  readonly created: number;
  readonly failed: number;
  /** Of those that were made, in the order in which they were given. */
  readonly taskIds: readonly string[];
  /** Why the others were not; `index` is the place in the list that was given. */
  readonly errors?: readonly {
    readonly index: number;
    readonly taskName: string | null;
    readonly code: string;
    readonly message: string;
    readonly fields: readonly { readonly field: string; readonly message: string }[];
  }[];
}

export interface BulkDeleted {
  readonly deleted: number;
  readonly failed: number;
  readonly errors?: readonly { readonly taskId: string; readonly code: string; readonly message: string }[];
}

/** Durations are null until an execution has ended; rates are from 0 to 1. */
export interface TaskStats {
  readonly taskId: string;
  readonly totalExecutions: number;
  readonly successfulExecutions: number;
  readonly failedExecutions: number;
  readonly cancelledExecutions?: number;
  readonly skippedExecutions?: number;
  readonly missedExecutions?: number;
  readonly successRate: number | null;
  readonly averageDurationMs: number | null;
  readonly p50DurationMs: number | null;
  readonly p95DurationMs: number | null;
  readonly p99DurationMs: number | null;
  readonly last7Days: { readonly executions: number; readonly successRate: number | null };
}

export interface SystemStatus {
  readonly status: string;
  readonly scheduler: {
    readonly leader: string | null;
    readonly followers: readonly string[];
    readonly tasksScheduled: number;
    readonly tasksPending: number;
  };
  readonly workers: {
    readonly total: number;
    readonly active: number;
    readonly inactive: number;
    readonly totalCapacity: number;
    readonly currentLoad: number;
  };
  readonly queue: { readonly highPriority: number; readonly mediumPriority: number; readonly lowPriority: number };
}

export interface Worker {
  readonly workerId: string;
  readonly name?: string;
  /** `active`, `inactive`, or `draining`: it stops when its work is done. */
  readonly status: string;
  readonly capacity: number;
  readonly currentLoad: number;
  readonly lastHeartbeat: Date | null;
  readonly uptimeSeconds: number | null;
}

export interface Workers {
  readonly workers: readonly Worker[];
  readonly total: number;
}

/** The items of one page, as an array; what is made of it (`map`, `filter`) is a plain array. */
export declare class Page<T> extends Array<T> {
  private constructor();
  /** Counts the items of all pages. */
  readonly total: number;
  readonly limit: number | null;
  readonly offset: number | null;
}

export interface RetryPolicy {
  /** After the first try. Default 3; 0 for none. */
  maxRetries?: number;
  /** The first wait, doubled each time; half of each wait is left to chance. Default 500. */
  firstWaitMs?: number;
  /** Default 8,000. */
  longestWaitMs?: number;
  /** A `Retry-After` above this ends the call with its error. Default 90,000. */
  longestRetryAfterMs?: number;
}

export interface ClientOptions {
  /** Where the service is: `https://api.example.com`. */
  baseUrl: string;
  /** An API key or a JWT. */
  apiKey: string;
  /** How long each try may take. Default 30,000, bulk calls 300,000. */
  timeoutMs?: number;
  retry?: RetryPolicy;
  /** In place of the global fetch, for proxies or certificates. */
  fetch?: (input: URL, init?: any) => Promise<any>;
}

export interface CallOptions {
  /** Ends the call, its retries too; it rejects with the signal's reason. */
  signal?: AbortSignal;
  /** How long each try may take. */
  timeoutMs?: number;
}

export interface WriteOptions extends CallOptions {
  /** Default: a new one for each call, kept over its tries. */
  idempotencyKey?: string;
}

export interface ReasonOptions extends WriteOptions {
  /** Why; kept in the audit. */
  reason?: string;
}

export interface GraphOptions extends CallOptions {
  /** Leaves out tasks that wait for none and that none waits for. */
  onlyConnected?: boolean;
}

export interface TriggerOptions extends WriteOptions {
  /** Runs a task that is paused, disabled or busy, too. */
  force?: boolean;
  /** Handed to the function of this run, beside the payload. */
  parameters?: Readonly<Record<string, Json>>;
}

export interface TaskFilters {
  status?: TaskStatus;
  priority?: Priority;
  /** A task must have all of them. */
  tags?: Readonly<Record<string, string>>;
}

export interface Paging {
  limit?: number;
  offset?: number;
}

export interface WaitOptions {
  /** Default 300,000. */
  timeoutMs?: number;
  /** Default 200; pauses grow to `longestPauseMs`. */
  firstPauseMs?: number;
  /** Default 5,000. */
  longestPauseMs?: number;
  signal?: AbortSignal;
}

/** A client of the service. Every method rejects with a `TaskSchedulerError`: an `APIError` where the service refused. */
export declare class TaskSchedulerClient {
  constructor(options: ClientOptions);
  /** A client with another timeout or other retries, like this one in everything else. */
  withOptions(options: Pick<ClientOptions, 'timeoutMs' | 'retry'>): TaskSchedulerClient;

  createTask(task: NewTask, options?: WriteOptions): Promise<Task>;
  getTask(taskId: string, options?: CallOptions): Promise<Task>;
  /** One page: 20 unless `limit` says otherwise. */
  listTasks(filters?: TaskFilters & Paging, options?: CallOptions): Promise<Page<Task>>;
  /** All tasks, page by page. To delete what it finds, collect the ids first: pages shift under deletions. */
  iterTasks(filters?: TaskFilters & { pageSize?: number }, options?: CallOptions): AsyncGenerator<Task, void, void>;
  updateTask(taskId: string, changes: TaskChanges, options?: WriteOptions): Promise<UpdatedTask>;
  deleteTask(taskId: string, options?: WriteOptions): Promise<void>;
  pauseTask(taskId: string, options?: ReasonOptions): Promise<PausedTask>;
  resumeTask(taskId: string, options?: ReasonOptions): Promise<ResumedTask>;
  /** Runs the task now, beside its schedule. */
  triggerTask(taskId: string, options?: TriggerOptions): Promise<TriggeredExecution>;

  /** One page of a task's executions, the newest first: 10 unless `limit` says otherwise. */
  getExecutions(
    taskId: string,
    page?: Paging & { status?: ExecutionStatus },
    options?: CallOptions,
  ): Promise<Page<Execution>>;
  /** All executions of a task, page by page, the newest first. */
  iterExecutions(
    taskId: string,
    filters?: { status?: ExecutionStatus; pageSize?: number },
    options?: CallOptions,
  ): AsyncGenerator<Execution, void, void>;
  getExecution(executionId: string, options?: CallOptions): Promise<Execution>;
  getExecutionLogs(executionId: string, options?: CallOptions): Promise<LogLine[]>;
  cancelExecution(executionId: string, options?: WriteOptions): Promise<CancelledExecution>;
  /** Until the execution has ended, well or not; rejects with WaitTimeoutError after `timeoutMs`, while it goes on. */
  waitFor(execution: string | { readonly executionId: string }, options?: WaitOptions): Promise<Execution>;

  /** Lets the task wait for another. A cycle rejects with ConflictError. */
  addDependency(taskId: string, dependency: DependsOn, options?: WriteOptions): Promise<Dependency>;
  listDependencies(taskId: string, options?: CallOptions): Promise<Dependency[]>;
  removeDependency(taskId: string, dependencyId: string, options?: WriteOptions): Promise<void>;
  /** All tasks and what depends on what. */
  getGraph(options?: GraphOptions): Promise<Graph>;

  /** Makes many tasks in one call; some may fail while others are made: look at `errors`. */
  bulkCreateTasks(tasks: Iterable<NewTask>, options?: WriteOptions): Promise<BulkCreated>;
  bulkDeleteTasks(taskIds: Iterable<string>, options?: WriteOptions): Promise<BulkDeleted>;
  getTaskStats(taskId: string, options?: CallOptions): Promise<TaskStats>;
  getStatus(options?: CallOptions): Promise<SystemStatus>;
  listWorkers(options?: CallOptions): Promise<Workers>;
}

/** Whether an execution has its final status. */
export declare function hasEnded(execution: { readonly status: ExecutionStatus }): boolean;

/** Everything that this package throws, except for wrong arguments (TypeError, RangeError) and the caller's own abort. */
export declare class TaskSchedulerError extends Error {}
/** The service was not reached, or the connection broke; retries, where there were any, are spent. */
export declare class APIConnectionError extends TaskSchedulerError {}
/** The service did not answer within the timeout; retries, where there were any, are spent. */
export declare class APITimeoutError extends APIConnectionError {}
/** `waitFor` gave up. The execution itself goes on. */
export declare class WaitTimeoutError extends TaskSchedulerError {
  readonly executionId: string;
  readonly timeoutMs: number;
  /** How it was seen last. */
  readonly execution: Execution | null;
}
/** The service refused. */
export declare class APIError extends TaskSchedulerError {
  readonly status: number;
  /** Stable, for programs: `TASK_NOT_FOUND`. */
  readonly code: string;
  /** For programs; of a bad request `fields` names each faulty field. */
  readonly details: Readonly<Record<string, Json>>;
  /** What finds the request in the service's log. */
  readonly requestId: string | null;
  /** How long the service asked to wait, where it did. */
  readonly retryAfterMs: number | null;
}
/** 400, 413, 422: change the request. */
export declare class InvalidRequestError extends APIError {}
/** 401: the key is missing, wrong, revoked or expired. */
export declare class AuthenticationError extends APIError {}
/** 403: the key is good, its role is too low. */
export declare class PermissionDeniedError extends APIError {}
/** 404: no such task, execution or dependency. */
export declare class NotFoundError extends APIError {}
/** 409, 412: it contradicts what is there: a cycle, a run too many, an execution that has ended. */
export declare class ConflictError extends APIError {}
/** 429: too many requests. */
export declare class RateLimitError extends APIError {}
/** 5xx: the fault is the service's. */
export declare class ServerError extends APIError {}
/** 503: the service, its database or its engine is away for the moment. */
export declare class ServiceUnavailableError extends ServerError {}
/** An answer that this API does not give, such as a proxy's page or a redirect: check `baseUrl`. */
export declare class UnexpectedAnswerError extends APIError {}
