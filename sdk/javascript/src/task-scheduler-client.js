import * as answers from './answers.js';
import { APIConnectionError, WaitTimeoutError } from './errors.js';
import { exchange } from './exchange.js';
import { taskToWire, toWire } from './field-names.js';
import { allPages } from './page.js';
import { pause } from './pause.js';
import { settingsOf } from './settings.js';
import { hasEnded } from './words.js';

const TASKS = '/api/v1/tasks';
/** A timer may fire a moment before its time: what it broke off then was broken off by the time given. */
const TIMER_EARLY_MS = 2;
const EXECUTIONS = '/api/v1/executions';
const USUAL_TIMEOUT_MS = 30_000;
/** Bulk calls carry thousands of tasks. */
const BULK_TIMEOUT_MS = 300_000;
const PAGE_SIZE = 100;

/** A client of the service at `baseUrl`. types/index.d.cts describes every method, argument and answer. */
export class TaskSchedulerClient {
  #settings;

  constructor(options) {
    this.#settings = settingsOf(options);
  }

  /** A client with other `timeoutMs` or `retry`, like this one in everything else. */
  withOptions({ timeoutMs, retry } = {}) {
    const settings = this.#settings;
    return new TaskSchedulerClient({
      ...settings,
      timeoutMs: timeoutMs ?? settings.timeoutMs,
      retry: { ...settings.retry, ...retry },
    });
  }

  // --- tasks ---

  async createTask(task, options) {
    return this.#post(TASKS, answers.task, taskToWire(task), options);
  }

  async getTask(taskId, options) {
    return this.#get(below(TASKS, taskId), answers.task, {}, options);
  }

  async listTasks(filters = {}, options = undefined) {
    return this.#get(TASKS, answers.pageOf('tasks', answers.task), queryOf(filters), options);
  }

  iterTasks({ pageSize = PAGE_SIZE, ...filters } = {}, options = undefined) {
    const ask = (query) => this.#get(TASKS, answers.pageOf('tasks', answers.task), query, options);
    return allPages(ask, queryOf({ ...filters, limit: pageSize }), (task) => task.taskId);
  }

  async updateTask(taskId, changes, options) {
    const call = { method: 'PATCH', path: below(TASKS, taskId), body: taskToWire(changes), read: answers.updatedTask };
    return this.#call(call, options);
  }

  async deleteTask(taskId, options) {
    return this.#call({ method: 'DELETE', path: below(TASKS, taskId), read: answers.nothing }, options);
  }

  async pauseTask(taskId, { reason, ...options } = {}) {
    const body = reason === undefined ? undefined : { reason };
    return this.#post(below(TASKS, taskId, 'pause'), answers.pausedTask, body, options);
  }

  async resumeTask(taskId, { reason, ...options } = {}) {
    const body = reason === undefined ? undefined : { reason };
    return this.#post(below(TASKS, taskId, 'resume'), answers.resumedTask, body, options);
  }

  async triggerTask(taskId, { force, parameters, ...options } = {}) {
    const body = force === undefined && parameters === undefined ? undefined : { force, parameters };
    return this.#post(below(TASKS, taskId, 'trigger'), answers.triggered, body, options);
  }

  // --- executions ---

  async getExecutions(taskId, { status, limit, offset } = {}, options = undefined) {
    const read = answers.pageOf('executions', answers.execution);
    return this.#get(below(TASKS, taskId, 'executions'), read, { status, limit, offset }, options);
  }

  iterExecutions(taskId, { status, pageSize = PAGE_SIZE } = {}, options = undefined) {
    const read = answers.pageOf('executions', answers.execution);
    const ask = (query) => this.#get(below(TASKS, taskId, 'executions'), read, query, options);
    return allPages(ask, { status, limit: pageSize }, (execution) => execution.executionId);
  }

  async getExecution(executionId, options) {
    return this.#get(below(EXECUTIONS, executionId), answers.execution, {}, options);
  }

  async getExecutionLogs(executionId, options) {
    return this.#get(below(EXECUTIONS, executionId, 'logs'), answers.logs, {}, options);
  }

  async cancelExecution(executionId, options) {
    return this.#post(below(EXECUTIONS, executionId, 'cancel'), answers.cancelled, undefined, options);
  }

  async waitFor(execution, { timeoutMs = 300_000, firstPauseMs = 200, longestPauseMs = 5_000, signal } = {}) {
    const executionId = typeof execution === 'string' ? execution : execution.executionId;
    const call = { method: 'GET', path: below(EXECUTIONS, executionId), read: answers.execution };
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

  async addDependency(taskId, { dependsOnTaskId, dependencyType = 'success' }, options) {
    const body = toWire({ dependsOnTaskId, dependencyType });
    return this.#post(below(TASKS, taskId, 'dependencies'), answers.dependency, body, options);
  }

  async listDependencies(taskId, options) {
    return this.#get(below(TASKS, taskId, 'dependencies'), answers.dependencies, {}, options);
  }

  async removeDependency(taskId, dependencyId, options) {
    const path = `${below(TASKS, taskId, 'dependencies')}/${segment(dependencyId)}`;
    return this.#call({ method: 'DELETE', path, read: answers.nothing }, options);
  }

  async getGraph({ onlyConnected = false, ...options } = {}) {
    return this.#get('/api/v1/graph', answers.graph, { all: !onlyConnected }, options);
  }

  // --- many at once, and the service itself ---

  async bulkCreateTasks(tasks, options) {
    const body = { tasks: Array.from(tasks, taskToWire) };
    return this.#post(`${TASKS}/bulk`, answers.bulkCreated, body, options, BULK_TIMEOUT_MS);
  }

  async bulkDeleteTasks(taskIds, options) {
    const body = { task_ids: Array.from(taskIds) };
    return this.#post(`${TASKS}/bulk-delete`, answers.bulkDeleted, body, options, BULK_TIMEOUT_MS);
  }

  async getTaskStats(taskId, options) {
    return this.#get(below(TASKS, taskId, 'stats'), answers.taskStats, {}, options);
  }

  async getStatus(options) {
    return this.#get('/api/v1/status', answers.systemStatus, {}, options);
  }

  async listWorkers(options) {
    return this.#get('/api/v1/workers', answers.workers, {}, options);
  }

  // --- how ---

  #get(path, read, query, options) {
    return this.#call({ method: 'GET', path, read, query }, options);
  }

  #post(path, read, body, options, usualTimeoutMs = USUAL_TIMEOUT_MS) {
    return this.#call({ method: 'POST', path, read, body, usualTimeoutMs }, options);
  }

  #call(call, options, giveUpAt) {
    return exchange(this.#settings, { usualTimeoutMs: USUAL_TIMEOUT_MS, ...call }, options, giveUpAt);
  }
}

function queryOf({ tags, ...filters }) {
  const pairs = Object.entries(tags ?? {}).map(([key, value]) => `${key}:${value}`);
  return pairs.length === 0 ? filters : { ...filters, tags: pairs.join(',') };
}

function below(base, id, ...further) {
  return [base, segment(id), ...further].join('/');
}

function segment(id) {
  // An empty id, "." or ".." would name another resource.
  if (typeof id !== 'string' || /^\.*$/.test(id)) {
    throw new TypeError(`${JSON.stringify(id)} is not an id: give the id that the service gave, as a string.`);
  }
  return encodeURIComponent(id);
}
