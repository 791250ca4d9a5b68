import { condition, defineSignal, setHandler } from '@temporalio/workflow';
import type { RunSpec } from '../domain/run.ts';
import { control } from './proxies.ts';

/** What a held run waits for may have come: it looks again. */
const wake = defineSignal('wake');

/** Between two looks when nobody wakes it: a safety net, ever rarer, so that a long wait is no long history. */
const FIRST_LOOK_MS = 60_000;
const RAREST_LOOK_MS = 3_600_000;

/**
 * Holds a run until the jobs that its job waits for have ended (DECISIONS section 6), through restarts and outages: the
 * wait stands in history. False when the run was ended meanwhile; rejects with type `Recorded` when it failed so.
 */
export async function waitForParents(spec: RunSpec): Promise<boolean> {
  const held = { executionId: spec.executionId, jobId: spec.job.id, dueAt: spec.dueAt };
  let woken = false;
  setHandler(wake, () => {
    woken = true;
  });
  for (let lookMs = FIRST_LOOK_MS; ; lookMs = Math.min(2 * lookMs, RAREST_LOOK_MS)) {
    woken = false;
    const answer = await control.askParents(held);
    if (answer.verdict !== 'wait') return answer.verdict === 'go';
    await condition(() => woken, Math.max(1, Math.min(lookMs, answer.leftMs)));
  }
}
