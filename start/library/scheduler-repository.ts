import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { EXECUTION_STATUSES, JOB_TYPES } from '../../api/faces/console/translate/lookups.ts';
import { getExecution } from '../../api/verbs/get-execution.ts';
import type { VerbContext } from '../../api/verbs/context.ts';
import { getKeptJob } from '../../api/verbs/kept-job.ts';
import { listFunctions } from '../../api/verbs/list-functions.ts';
import { inTransaction } from '../../db/connect.ts';
import {
  endTaken,
  giveBackExecution,
  oldestLock,
  queueOwnRun,
  takeExecution,
} from '../../db/queries/execution-locks.ts';
import { hostsOf } from '../../db/queries/history.ts';
import { beat, listLiveInstances, registerInstance, type Instance } from '../../db/queries/instances.ts';
import { nonceOf } from '../../db/queries/manual-runs.ts';
import { DomainError } from '../../domain/errors.ts';
import { isUuid } from '../../domain/ids.ts';
import { isoSeconds } from '../../api/http/times.ts';
import { processIdentity } from '../process/process-identity.ts';
import { ownOutcome } from './own-outcome.ts';
import { readHistory, shownExecution } from './reading-jobs.ts';
import { createService, LIBRARY, type ServiceSeat } from './scheduler-service.ts';
import type { ScheduledJobExecution, SchedulerInstance, SchedulerRepository } from './scheduler.ts';
import { withoutNulls } from './without-nulls.ts';

/** console.txt, ScheduledJobLock: "Default: locked_at + 1 hour". */
const LOCK_MS = 3_600_000;

/** console.txt, Repository Layer: jobs by the service's rules, and runs that a program does by itself. */
export function createRepository(seat: () => ServiceSeat): SchedulerRepository {
  const context = () => seat().contextAs(LIBRARY);
  const service = createService(seat);
  return {
    createJob: (data) => service.createJob(data),
    getJobById: (jobId) =>
      service.getJob(jobId).catch((error: unknown) => {
        if (error instanceof DomainError && error.code === 'JOB_NOT_FOUND') return undefined;
        throw error;
      }),
    getJobs: (filters, page, perPage) => service.listJobs(page, perPage, filters),
    updateJob: (jobId, data) => service.updateJob(jobId, data),
    softDeleteJob: (jobId) => service.deleteJob(jobId),

    async createExecution({ jobId }) {
      const ctx = context();
      const uuid = await uuidOf(ctx, jobId);
      const id = ctx.ids.next();
      const run = { id, at: ctx.now(), nonce: nonceOf(id), triggeredBy: ctx.actor.subject };
      await inTransaction(ctx.db, (tx) => queueOwnRun(tx, uuid, run));
      return executionOf(ctx, id);
    },
    async updateExecution(executionId, data) {
      const ctx = context();
      const { execution } = await getExecution(ctx, { id: requireUuid(executionId), shown: executionId });
      const outcome = ownOutcome(data, ctx.now());
      const held = { jobId: execution.jobId, executionId: execution.id };
      if (!(await inTransaction(ctx.db, (tx) => endTaken(tx, held, outcome)))) {
        const message = `Execution ${executionId} is not under a lock: take it with acquireLock first; what has ended stays as it is.`;
        throw new DomainError('EXECUTION_FINISHED', message);
      }
      return executionOf(ctx, execution.id);
    },
    getExecutions: (jobId, filters, page, perPage) => readHistory(context(), jobId, { filters, page, perPage }),

    async acquireLock(jobId, executionId, instanceId) {
      const ctx = context();
      const held = { jobId: await uuidOf(ctx, jobId), executionId: requireUuid(executionId) };
      return inTransaction(ctx.db, (tx) => takeExecution(tx, held, { instanceId, leaseMs: LOCK_MS }));
    },
    async releaseLock(jobId, executionId) {
      const ctx = context();
      const held = { jobId: await uuidOf(ctx, jobId), executionId: requireUuid(executionId) };
      await inTransaction(ctx.db, (tx) => giveBackExecution(tx, held));
    },
    async checkLock(jobId) {
      const ctx = context();
      const lock = await oldestLock(ctx.db, await uuidOf(ctx, jobId));
      if (lock === null) return undefined;
      const { number: id, executionId, lockedBy } = lock;
      const times = { lockedAt: isoSeconds(lock.lockedAt), expiresAt: isoSeconds(lock.expiresAt) };
      return { id, jobId, executionId, lockedBy, ...times };
    },

    async registerInstance({ instanceName, hostName = hostname(), processId = process.pid, mode = 'standalone' }) {
      const { db } = context();
      const id = randomUUID();
      const identity = hostName === hostname() ? (processIdentity(processId) ?? '') : id;
      const instance = { id, name: instanceName, host: hostName, processId, processIdentity: identity, mode };
      const service = { roles: ['program'], version: '', capacity: 0 };
      await inTransaction(db, (tx) =>
        registerInstance(
          tx,
          { ...instance, ...service },
          (other) => processIdentity(other.processId) !== other.processIdentity,
        ),
      );
      const found = (await listLiveInstances(db)).find((one) => one.id === id);
      if (found === undefined) throw new Error(`The process ${processId} does not run on this host`);
      return shownInstance(found);
    },
    updateHeartbeat: (instanceId) => beat(context().db, instanceId, { load: 0, cpuPercent: 0, memoryMb: 0 }),
    getActiveInstances: async () => (await listLiveInstances(context().db)).map(shownInstance),

    getTaskFunctions: async () => (await listFunctions(context())).map(withoutNulls),
    getJobTypes: () => Promise.resolve([...JOB_TYPES]),
    getExecutionStatuses: () => Promise.resolve(EXECUTION_STATUSES.map(({ states: _, ...status }) => status)),
  };
}

async function uuidOf(ctx: VerbContext, jobId: number): Promise<string> {
  return (await getKeptJob(ctx, { number: jobId, shown: String(jobId) }, false)).job.id;
}

function requireUuid(executionId: string): string {
  if (isUuid(executionId)) return executionId.toLowerCase();
  throw new DomainError(
    'EXECUTION_NOT_FOUND',
    `Execution ${JSON.stringify(executionId)} does not exist: ids are UUIDs.`,
  );
}

async function executionOf(ctx: VerbContext, id: string): Promise<ScheduledJobExecution> {
  const found = await getExecution(ctx, { id });
  const { workerId } = found.execution;
  const hosts = await hostsOf(ctx.db, workerId === null ? [] : [workerId]);
  return shownExecution({ ...found, hostName: hosts.get(workerId ?? '') ?? '' });
}

const STATUSES: Readonly<Record<string, string>> = { active: 'running', draining: 'paused', starting: 'starting' };

function shownInstance(instance: Instance): SchedulerInstance {
  return {
    id: instance.id,
    instanceName: instance.name,
    hostName: instance.host,
    processId: instance.processId,
    mode: instance.mode,
    status: STATUSES[instance.status] ?? instance.status,
    lastHeartbeat: isoSeconds(instance.lastHeartbeat),
    startedAt: isoSeconds(instance.startedAt),
  };
}
