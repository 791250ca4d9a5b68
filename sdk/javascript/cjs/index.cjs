// Made from src/ by `npm run build`: do not edit.
"use strict";
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};
var __copyProps = (to, from, except, desc) => {
  if (from && typeof from === "object" || typeof from === "function") {
    for (let key of __getOwnPropNames(from))
      if (!__hasOwnProp.call(to, key) && key !== except)
        __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
  }
  return to;
};
var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);

// src/index.js
var index_exports = {};
__export(index_exports, {
  APIConnectionError: () => APIConnectionError,
  APIError: () => APIError,
  APITimeoutError: () => APITimeoutError,
  AuthenticationError: () => AuthenticationError,
  ConflictError: () => ConflictError,
  DependencyType: () => DependencyType,
  ExecutionStatus: () => ExecutionStatus,
  InvalidRequestError: () => InvalidRequestError,
  NotFoundError: () => NotFoundError,
  Page: () => Page,
  PermissionDeniedError: () => PermissionDeniedError,
  Priority: () => Priority,
  RateLimitError: () => RateLimitError,
  ServerError: () => ServerError,
  ServiceUnavailableError: () => ServiceUnavailableError,
  TaskSchedulerClient: () => TaskSchedulerClient,
  TaskSchedulerError: () => TaskSchedulerError,
  TaskStatus: () => TaskStatus,
  TaskType: () => TaskType,
  UnexpectedAnswerError: () => UnexpectedAnswerError,
  WaitTimeoutError: () => WaitTimeoutError,
  hasEnded: () => hasEnded
});
module.exports = __toCommonJS(index_exports);

// src/field-names.js
function toWire(fields) {
  return renamed(fields, (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}
function fromWire(object) {
  return renamed(object, (name) => name.replace(/(?<=[a-z0-9])_([a-z0-9])/g, (_, letter) => letter.toUpperCase()));
}
function renamed(object, rename) {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [rename(name), value]));
}
function taskToWire({ dependencies: dependencies2, ...fields }) {
  if (!Array.isArray(dependencies2)) return toWire({ dependencies: dependencies2, ...fields });
  return toWire({ ...fields, dependencies: dependencies2.map(toWire) });
}

// src/page.js
var NEXT = /<([^>]*)>\s*;[^,]*\brel="?next\b/;
var Page = class extends Array {
  #link;
  static get [Symbol.species]() {
    return Array;
  }
  constructor(items, { total, limit, offset, link } = {}) {
    super();
    this.push(...items);
    this.total = total ?? items.length;
    this.limit = limit ?? null;
    this.offset = offset ?? null;
    this.#link = link ?? null;
  }
  /** The query of the page after this one, which `query` asked for; null after the last. */
  nextQuery(query) {
    if (this.length === 0) return null;
    if (this.#link !== null) {
      const link = NEXT.exec(this.#link);
      const next = link === null ? null : new URL(link[1], "http://service").searchParams;
      return next === null ? null : { ...query, ...Object.fromEntries(next) };
    }
    const seen = Number(this.offset ?? query.offset ?? 0) + this.length;
    return seen < this.total ? { ...query, offset: seen } : null;
  }
};
async function* allPages(ask, query, idOf) {
  let before = /* @__PURE__ */ new Set();
  for (let next = query; next !== null; ) {
    const page = await ask(next);
    for (const item of page) if (!before.has(idOf(item))) yield item;
    before = new Set(page.map(idOf));
    next = page.nextQuery(next);
  }
}

// src/answers.js
var record = (needed, inside = {}) => {
  return (data) => {
    if (typeof data !== "object" || data === null) throw new TypeError("not an object");
    const fields = fromWire(data);
    for (const name of needed) if (!Object.hasOwn(fields, name)) throw new TypeError(`no ${name}`);
    for (const [name, read] of Object.entries(inside)) {
      if (fields[name] !== void 0 && fields[name] !== null) fields[name] = read(fields[name]);
    }
    return fields;
  };
};
var listOf = (read) => (items) => Array.from(items, read);
var instant = (text) => {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw new TypeError(`${text} is not an instant`);
  return at;
};
var task = record(["taskId", "taskName", "status"], {
  nextExecutionTime: instant,
  lastExecutionTime: instant,
  runAt: instant,
  createdAt: instant,
  updatedAt: instant,
  pausedAt: instant,
  dependencies: listOf(record([]))
});
var updatedTask = record(["taskId", "updatedFields"], { nextExecutionTime: instant, updatedAt: instant });
var pausedTask = record(["taskId", "status"], { pausedAt: instant });
var resumedTask = record(["taskId", "status"], { nextExecutionTime: instant, resumedAt: instant });
var execution = record(["executionId", "taskId", "status"], {
  scheduledAt: instant,
  startedAt: instant,
  completedAt: instant,
  error: record([])
});
var triggered = record(["executionId", "taskId", "status"], { queuedAt: instant });
var cancelled = record(["executionId", "status"], { cancelledAt: instant });
var dependency = record(["dependencyId", "dependsOnTaskId", "dependencyType"], {
  lastEnd: record([], { at: instant })
});
var graph = record(["nodes", "edges"], {
  nodes: listOf(record(["taskId"], { lastExecutionTime: instant })),
  edges: listOf(record(["dependencyId"]))
});
var bulkCreated = record(["created", "failed", "taskIds"], { errors: listOf(record([])) });
var bulkDeleted = record(["deleted", "failed"], { errors: listOf(record([])) });
var taskStats = record(["taskId", "totalExecutions"], { last7Days: record(["executions"]) });
var systemStatus = record(["status"], { scheduler: record([]), workers: record([]), queue: record([]) });
var workers = record(["workers", "total"], {
  workers: listOf(record(["workerId"], { lastHeartbeat: instant }))
});
var logLines = record(["logs"], { logs: listOf(record(["message"], { timestamp: instant })) });
var dependencyList = record(["dependencies"], { dependencies: listOf(dependency) });
var logs = (data) => logLines(data).logs;
var dependencies = (data) => dependencyList(data).dependencies;
var nothing = () => void 0;
function pageOf(name, read) {
  const page = record([name], { [name]: listOf(read) });
  return (data, headers) => {
    const { [name]: items, total, limit, offset } = page(data);
    return new Page(items, { total, limit, offset, link: headers.get("link") });
  };
}

// src/errors.js
var TaskSchedulerError = class extends Error {
  static {
    this.prototype.name = "TaskSchedulerError";
  }
};
var APIConnectionError = class extends TaskSchedulerError {
  static {
    this.prototype.name = "APIConnectionError";
  }
};
var APITimeoutError = class extends APIConnectionError {
  static {
    this.prototype.name = "APITimeoutError";
  }
};
var WaitTimeoutError = class extends TaskSchedulerError {
  static {
    this.prototype.name = "WaitTimeoutError";
  }
  constructor(executionId, timeoutMs, execution2) {
    const seen = execution2 === null ? "was never seen" : `is still ${execution2.status}`;
    super(`Execution ${executionId} ${seen} after ${timeoutMs} ms: wait longer, or cancel it.`);
    this.executionId = executionId;
    this.timeoutMs = timeoutMs;
    this.execution = execution2;
  }
};
var APIError = class extends TaskSchedulerError {
  static {
    this.prototype.name = "APIError";
  }
  constructor(message, { status, code, details = {}, requestId = null, retryAfterMs: retryAfterMs2 = null, cause }) {
    super(message, cause === void 0 ? void 0 : { cause });
    this.status = status;
    this.code = code;
    this.details = details;
    this.requestId = requestId;
    this.retryAfterMs = retryAfterMs2;
  }
};
var InvalidRequestError = class extends APIError {
  static {
    this.prototype.name = "InvalidRequestError";
  }
};
var AuthenticationError = class extends APIError {
  static {
    this.prototype.name = "AuthenticationError";
  }
};
var PermissionDeniedError = class extends APIError {
  static {
    this.prototype.name = "PermissionDeniedError";
  }
};
var NotFoundError = class extends APIError {
  static {
    this.prototype.name = "NotFoundError";
  }
};
var ConflictError = class extends APIError {
  static {
    this.prototype.name = "ConflictError";
  }
};
var RateLimitError = class extends APIError {
  static {
    this.prototype.name = "RateLimitError";
  }
};
var ServerError = class extends APIError {
  static {
    this.prototype.name = "ServerError";
  }
};
var ServiceUnavailableError = class extends ServerError {
  static {
    this.prototype.name = "ServiceUnavailableError";
  }
};
var UnexpectedAnswerError = class extends APIError {
  static {
    this.prototype.name = "UnexpectedAnswerError";
  }
};
var BY_STATUS = {
  400: InvalidRequestError,
  401: AuthenticationError,
  403: PermissionDeniedError,
  404: NotFoundError,
  409: ConflictError,
  412: ConflictError,
  413: InvalidRequestError,
  422: InvalidRequestError,
  429: RateLimitError,
  503: ServiceUnavailableError
};
function errorClass(status) {
  if (BY_STATUS[status] !== void 0) return BY_STATUS[status];
  if (status >= 500) return ServerError;
  return status >= 400 ? APIError : UnexpectedAnswerError;
}

// src/pause.js
function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}

// src/retry-policy.js
var PASSING = /* @__PURE__ */ new Set([408, 429, 500, 502, 503, 504]);
var IN_FLIGHT = "IDEMPOTENCY_IN_FLIGHT";
var USUAL_RETRIES = Object.freeze({
  maxRetries: 3,
  firstWaitMs: 500,
  longestWaitMs: 8e3,
  longestRetryAfterMs: 9e4
});
function waitMs(policy, retriesDone, retryAfterMs2, chance = Math.random) {
  if (retriesDone >= policy.maxRetries) return null;
  if (retryAfterMs2 !== null && retryAfterMs2 > policy.longestRetryAfterMs) return null;
  const full = Math.min(policy.longestWaitMs, policy.firstWaitMs * 2 ** retriesDone);
  return Math.max(full / 2 + full / 2 * chance(), retryAfterMs2 ?? 0);
}
function isPassing(status, code) {
  return PASSING.has(status) || status === 409 && code === IN_FLIGHT;
}
function retryAfterMs(header, nowMs) {
  if (header === null) return null;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1e3;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}

// src/exchange.js
async function exchange(settings, call, options = {}, giveUpAt = Infinity) {
  const request = requestOf(settings, call, options);
  const timeoutMs = options.timeoutMs ?? settings.timeoutMs ?? call.usualTimeoutMs;
  let mayHaveHappened = false;
  for (let retries = 0; ; retries += 1) {
    const left = Math.max(1, giveUpAt - performance.now());
    const { value, error } = await attempt(settings, call, request, Math.min(timeoutMs, left), options.signal);
    if (error === void 0) return value;
    if (mayHaveHappened && call.method === "DELETE" && error instanceof NotFoundError) return void 0;
    const isAnswer = error instanceof APIError;
    const isHopeful = !isAnswer || isPassing(error.status, error.code);
    const wait = isHopeful ? waitMs(settings.retry, retries, isAnswer ? error.retryAfterMs : null) : null;
    if (wait === null || performance.now() + wait >= giveUpAt) throw error;
    mayHaveHappened ||= !isAnswer || error.status >= 500;
    await pause(wait, options.signal);
  }
}
function requestOf(settings, call, options) {
  const url = new URL(settings.baseUrl + call.path);
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value !== void 0 && value !== null) url.searchParams.set(name, String(value));
  }
  const headers = { Authorization: `Bearer ${settings.apiKey}`, Accept: "application/json" };
  if (call.method !== "GET") headers["Idempotency-Key"] = options.idempotencyKey ?? newKey();
  if (call.body === void 0) return { url, headers };
  return { url, headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(call.body) };
}
async function attempt(settings, call, { url, ...request }, timeoutMs, signal) {
  signal?.throwIfAborted();
  const ending = new AbortController();
  const abort = () => ending.abort(signal.reason);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    ending.abort();
  }, timeoutMs);
  signal?.addEventListener("abort", abort, { once: true });
  try {
    const init = { ...request, method: call.method, redirect: "manual", signal: ending.signal };
    const response = await settings.fetch(url, init);
    return answerOf(call, response, await response.text());
  } catch (cause) {
    signal?.throwIfAborted();
    const where = `${call.method} ${url}`;
    if (isLate) return { error: new APITimeoutError(`${where}: no answer within ${timeoutMs} ms.`, { cause }) };
    const why = cause?.cause?.message || cause?.message || String(cause);
    return { error: new APIConnectionError(`${where}: ${why}`, { cause }) };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}
function answerOf(call, response, text) {
  const requestId = response.headers.get("x-request-id");
  if (!response.ok) return { error: problemOf(response, text, requestId) };
  try {
    return { value: call.read(text === "" ? null : JSON.parse(text), response.headers) };
  } catch (cause) {
    const message = `${call.method} ${call.path}: the answer is not what this API gives: is baseUrl right?`;
    const what = { status: response.status, code: "UNEXPECTED_ANSWER", requestId, cause };
    return { error: new UnexpectedAnswerError(message, what) };
  }
}
function problemOf(response, text, requestId) {
  const { status } = response;
  const problem = problemIn(text);
  const message = problem.message || `The service answered ${status} ${response.statusText}`.trimEnd();
  return new (errorClass(status))(message, {
    status,
    code: problem.code ?? `HTTP_${status}`,
    details: problem.details ?? {},
    requestId,
    retryAfterMs: retryAfterMs(response.headers.get("retry-after"), Date.now())
  });
}
function problemIn(text) {
  try {
    const problem = JSON.parse(text)?.error;
    return typeof problem === "string" ? { message: problem } : problem ?? {};
  } catch {
    return {};
  }
}
function newKey() {
  const random = () => Math.random().toString(36).slice(2, 14);
  return globalThis.crypto?.randomUUID?.() ?? `${Date.now().toString(36)}-${random()}-${random()}`;
}

// src/settings.js
function settingsOf({ baseUrl, apiKey, timeoutMs, retry, fetch = globalThis.fetch } = {}) {
  if (!/^https?:\/\//.test(String(baseUrl))) {
    throw new TypeError(`baseUrl ${JSON.stringify(baseUrl)} must begin with http:// or https://.`);
  }
  if (!/^[\x21-\x7e]+$/.test(apiKey ?? "")) {
    throw new TypeError("apiKey must be the key or token itself: visible ASCII characters without spaces.");
  }
  if (timeoutMs !== void 0 && !(timeoutMs > 0)) throw new RangeError("timeoutMs must be more than 0.");
  if (typeof fetch !== "function") throw new TypeError("There is no fetch here: hand one in as `fetch`.");
  return {
    baseUrl: String(baseUrl).replace(/\/+$/, ""),
    apiKey,
    timeoutMs,
    retry: { ...USUAL_RETRIES, ...retry },
    // A browser's fetch must be called as the window's own.
    fetch: (...request) => fetch(...request)
  };
}

// src/words.js
var TaskType = Object.freeze({
  CRON: "cron",
  ONE_TIME: "one_time",
  INTERVAL: "interval",
  DAILY: "daily",
  WEEKLY: "weekly",
  MONTHLY: "monthly",
  SUN: "sun",
  SUNRISE: "sunrise",
  SUNSET: "sunset",
  EVENT: "event",
  IMMEDIATE: "immediate",
  MANUAL: "manual"
});
var TaskStatus = Object.freeze({
  SCHEDULED: "scheduled",
  RUNNING: "running",
  COMPLETED: "completed",
  PAUSED: "paused",
  DISABLED: "disabled"
});
var Priority = Object.freeze({ HIGH: "high", MEDIUM: "medium", LOW: "low" });
var ExecutionStatus = Object.freeze({
  QUEUED: "queued",
  WAITING: "waiting",
  RUNNING: "running",
  SUCCESS: "success",
  FAILED: "failed",
  TIMEOUT: "timeout",
  CANCELLED: "cancelled",
  SKIPPED: "skipped",
  MISSED: "missed"
});
var DependencyType = Object.freeze({ SUCCESS: "success", COMPLETION: "completion", ANY: "any" });
var ENDED = /* @__PURE__ */ new Set(["success", "failed", "timeout", "cancelled", "skipped", "missed"]);
function hasEnded(execution2) {
  return ENDED.has(execution2.status);
}

// src/task-scheduler-client.js
var TASKS = "/api/v1/tasks";
var TIMER_EARLY_MS = 2;
var EXECUTIONS = "/api/v1/executions";
var USUAL_TIMEOUT_MS = 3e4;
var BULK_TIMEOUT_MS = 3e5;
var PAGE_SIZE = 100;
var TaskSchedulerClient = class _TaskSchedulerClient {
  #settings;
  constructor(options) {
    this.#settings = settingsOf(options);
  }
  /** A client with other `timeoutMs` or `retry`, like this one in everything else. */
  withOptions({ timeoutMs, retry } = {}) {
    const settings = this.#settings;
    return new _TaskSchedulerClient({
      ...settings,
      timeoutMs: timeoutMs ?? settings.timeoutMs,
      retry: { ...settings.retry, ...retry }
    });
  }
  // --- tasks ---
  async createTask(task2, options) {
    return this.#post(TASKS, task, taskToWire(task2), options);
  }
  async getTask(taskId, options) {
    return this.#get(below(TASKS, taskId), task, {}, options);
  }
  async listTasks(filters = {}, options = void 0) {
    return this.#get(TASKS, pageOf("tasks", task), queryOf(filters), options);
  }
  iterTasks({ pageSize = PAGE_SIZE, ...filters } = {}, options = void 0) {
    const ask = (query) => this.#get(TASKS, pageOf("tasks", task), query, options);
    return allPages(ask, queryOf({ ...filters, limit: pageSize }), (task2) => task2.taskId);
  }
  async updateTask(taskId, changes, options) {
    const call = { method: "PATCH", path: below(TASKS, taskId), body: taskToWire(changes), read: updatedTask };
    return this.#call(call, options);
  }
  async deleteTask(taskId, options) {
    return this.#call({ method: "DELETE", path: below(TASKS, taskId), read: nothing }, options);
  }
  async pauseTask(taskId, { reason, ...options } = {}) {
    const body = reason === void 0 ? void 0 : { reason };
    return this.#post(below(TASKS, taskId, "pause"), pausedTask, body, options);
  }
  async resumeTask(taskId, { reason, ...options } = {}) {
    const body = reason === void 0 ? void 0 : { reason };
    return this.#post(below(TASKS, taskId, "resume"), resumedTask, body, options);
  }
  async triggerTask(taskId, { force, parameters, ...options } = {}) {
    const body = force === void 0 && parameters === void 0 ? void 0 : { force, parameters };
    return this.#post(below(TASKS, taskId, "trigger"), triggered, body, options);
  }
  // --- executions ---
  async getExecutions(taskId, { status, limit, offset } = {}, options = void 0) {
    const read = pageOf("executions", execution);
    return this.#get(below(TASKS, taskId, "executions"), read, { status, limit, offset }, options);
  }
  iterExecutions(taskId, { status, pageSize = PAGE_SIZE } = {}, options = void 0) {
    const read = pageOf("executions", execution);
    const ask = (query) => this.#get(below(TASKS, taskId, "executions"), read, query, options);
    return allPages(ask, { status, limit: pageSize }, (execution2) => execution2.executionId);
  }
  async getExecution(executionId, options) {
    return this.#get(below(EXECUTIONS, executionId), execution, {}, options);
  }
  async getExecutionLogs(executionId, options) {
    return this.#get(below(EXECUTIONS, executionId, "logs"), logs, {}, options);
  }
  async cancelExecution(executionId, options) {
    return this.#post(below(EXECUTIONS, executionId, "cancel"), cancelled, void 0, options);
  }
  async waitFor(execution2, { timeoutMs = 3e5, firstPauseMs = 200, longestPauseMs = 5e3, signal } = {}) {
    const executionId = typeof execution2 === "string" ? execution2 : execution2.executionId;
    const call = { method: "GET", path: below(EXECUTIONS, executionId), read: execution };
    const giveUpAt = performance.now() + timeoutMs;
    let last = null;
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 1.5)) {
      try {
        last = await this.#call(call, { signal }, giveUpAt);
      } catch (error) {
        if (!(error instanceof APIConnectionError) || giveUpAt - performance.now() > TIMER_EARLY_MS) throw error;
      }
      if (last !== null && hasEnded(last)) return last;
      const left = giveUpAt - performance.now();
      if (left <= TIMER_EARLY_MS) throw new WaitTimeoutError(executionId, timeoutMs, last);
      await pause(Math.min(left, pauseMs * (0.75 + Math.random() / 2)), signal);
    }
  }
  // --- dependencies ---
  async addDependency(taskId, { dependsOnTaskId, dependencyType = "success" }, options) {
    const body = toWire({ dependsOnTaskId, dependencyType });
    return this.#post(below(TASKS, taskId, "dependencies"), dependency, body, options);
  }
  async listDependencies(taskId, options) {
    return this.#get(below(TASKS, taskId, "dependencies"), dependencies, {}, options);
  }
  async removeDependency(taskId, dependencyId, options) {
    const path = `${below(TASKS, taskId, "dependencies")}/${segment(dependencyId)}`;
    return this.#call({ method: "DELETE", path, read: nothing }, options);
  }
  async getGraph({ onlyConnected = false, ...options } = {}) {
    return this.#get("/api/v1/graph", graph, { all: !onlyConnected }, options);
  }
  // --- many at once, and the service itself ---
  async bulkCreateTasks(tasks, options) {
    const body = { tasks: Array.from(tasks, taskToWire) };
    return this.#post(`${TASKS}/bulk`, bulkCreated, body, options, BULK_TIMEOUT_MS);
  }
  async bulkDeleteTasks(taskIds, options) {
    const body = { task_ids: Array.from(taskIds) };
    return this.#post(`${TASKS}/bulk-delete`, bulkDeleted, body, options, BULK_TIMEOUT_MS);
  }
  async getTaskStats(taskId, options) {
    return this.#get(below(TASKS, taskId, "stats"), taskStats, {}, options);
  }
  async getStatus(options) {
    return this.#get("/api/v1/status", systemStatus, {}, options);
  }
  async listWorkers(options) {
    return this.#get("/api/v1/workers", workers, {}, options);
  }
  // --- how ---
  #get(path, read, query, options) {
    return this.#call({ method: "GET", path, read, query }, options);
  }
  #post(path, read, body, options, usualTimeoutMs = USUAL_TIMEOUT_MS) {
    return this.#call({ method: "POST", path, read, body, usualTimeoutMs }, options);
  }
  #call(call, options, giveUpAt) {
    return exchange(this.#settings, { usualTimeoutMs: USUAL_TIMEOUT_MS, ...call }, options, giveUpAt);
  }
};
function queryOf({ tags, ...filters }) {
  const pairs = Object.entries(tags ?? {}).map(([key, value]) => `${key}:${value}`);
  return pairs.length === 0 ? filters : { ...filters, tags: pairs.join(",") };
}
function below(base, id, ...further) {
  return [base, segment(id), ...further].join("/");
}
function segment(id) {
  if (typeof id !== "string" || /^\.*$/.test(id)) {
    throw new TypeError(`${JSON.stringify(id)} is not an id: give the id that the service gave, as a string.`);
  }
  return encodeURIComponent(id);
}
