import { openScheduler, type OpenScheduler } from './open-scheduler.ts';
import { createRepository } from './scheduler-repository.ts';
import { createService } from './scheduler-service.ts';
import type { createScheduler as Contract, Scheduler, SchedulerOptions } from './scheduler.ts';

/** console.txt, Service Layer: the scheduler within a Node program (docs/library.md). */
export const createScheduler: typeof Contract = (options: SchedulerOptions = {}): Scheduler => {
  let opened: Promise<OpenScheduler> | undefined;
  let current: OpenScheduler | undefined;
  let started: Promise<void> | undefined;

  const seat = () => {
    if (current !== undefined) return current;
    throw new Error('The scheduler is not initialized: call initialize() or start() first');
  };
  const initialize: Scheduler['initialize'] = async (mode, instanceName) => {
    opened ??= openScheduler({
      ...options,
      ...(mode !== undefined && { mode }),
      ...(instanceName !== undefined && { instanceName }),
    });
    const opening = opened;
    try {
      current = await opening;
    } catch (error) {
      opened = undefined;
      throw error;
    }
    return current.instanceId;
  };
  return {
    ...createService(seat),
    repository: createRepository(seat),
    initialize,
    async start() {
      await initialize();
      started ??= seat().start();
      await started;
    },
    async stop(wait = true) {
      const stopping = await opened;
      [opened, current, started] = [undefined, undefined, undefined];
      const closed = stopping?.close();
      if (wait) await closed;
      else closed?.catch((error: unknown) => options.onFailure?.(error));
    },
  };
};
