import type { Engine } from '../../api/engine/engine.ts';
import { DomainError } from '../../domain/errors.ts';
import type { RunSpec } from '../../domain/run.ts';

/** An `Engine` that writes down what it is asked, for tests of verbs and faces; the real one is in `engine.ts` beside. */
export interface RecordingEngine extends Engine {
  readonly pokes: { clockId: string; jobIds: readonly string[] }[];
  readonly started: RunSpec[];
  readonly cancelled: string[];
  readonly groups: { groupId: string; sequential: boolean }[];
  /** What `startGroup` was asked to run one after another. */
  readonly sequences: { groupId: string; runs: readonly RunSpec[] }[];
  /** Workflows whose held runs were woken. */
  readonly woken: string[];
  readonly timers: { bulkId: string; at: number }[];
  /** What stands before the workers' slots, as Temporal tells. */
  backlogged: number;
  /** Temporal does not answer: `ensureReachable` refuses, everything else fails. */
  unreachable: boolean;
  /** What `cancelRun` does, beside noting it; returns whether the run has ended. */
  onCancel: (workflowId: string) => Promise<boolean>;
}

export function recordingEngine(): RecordingEngine {
  const answer = async <T>(value: T): Promise<T> => {
    if (engine.unreachable) throw new Error('14 UNAVAILABLE: no connection');
    return value;
  };
  const engine: RecordingEngine = {
    pokes: [],
    started: [],
    cancelled: [],
    groups: [],
    sequences: [],
    woken: [],
    timers: [],
    backlogged: 0,
    unreachable: false,
    onCancel: () => Promise.resolve(true),
    async ensureReachable() {
      if (engine.unreachable) throw new DomainError('ENGINE_UNAVAILABLE', 'Temporal does not answer.');
    },
    async backlog() {
      await engine.ensureReachable();
      return engine.backlogged;
    },
    poke(clockId, jobIds) {
      engine.pokes.push({ clockId, jobIds });
      return answer(undefined);
    },
    startRun(spec) {
      engine.started.push(spec);
      return answer(undefined);
    },
    wakeRun(workflowId) {
      engine.woken.push(workflowId);
      return answer(undefined);
    },
    startGroup(group) {
      engine.sequences.push(group);
      return answer(undefined);
    },
    async cancelRun(workflowId) {
      engine.cancelled.push(workflowId);
      await answer(undefined);
      return engine.onCancel(workflowId);
    },
    startBulkRun(group) {
      engine.groups.push(group);
      return answer(undefined);
    },
    startTimedResume(bulk) {
      engine.timers.push(bulk);
      return answer(undefined);
    },
  };
  return engine;
}
