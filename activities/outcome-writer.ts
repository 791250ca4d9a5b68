import { inTransaction, isValueRefused, type Db } from '../db/connect.ts';
import { notifyExecutions } from '../db/events.ts';
import { lockJobs } from '../db/queries/claims.ts';
import { writeOutcomes, type Outcome } from '../db/queries/outcomes.ts';
import type { Policy } from '../domain/policy.ts';
import type { Deps } from './deps.ts';
import { asksFor, notifyEnds } from './notify.ts';
import { releaseSoon } from './release-children.ts';
import { pokeStopped, stopOnError } from './stop-on-error.ts';
import { wakeSoon } from './wake-queued.ts';

/** An outcome on its way, with what its end may ask for. */
export interface PendingOutcome extends Outcome {
  readonly policy: Policy;
}

type WriterDeps = Pick<Deps, 'db' | 'log' | 'ids' | 'now' | 'runs' | 'monotonicMs' | 'notifications'>;

interface Waiting {
  readonly outcome: PendingOutcome;
  readonly done: (written: boolean) => void;
  readonly failed: (error: unknown) => void;
}

const RETRY_MS = 250;
/**
 * Rows in one flush: bounds the time that its locks are held. A flush waits for its process at each of its statements, so
 * that small ones fall behind a busy process, and the next fires of their jobs are taken for an overlap.
 */
const MAX_BATCH = 2500;

/**
 * Writes outcomes of all runs of this process together: one flush at a time, each taking what has gathered meanwhile
 * (DESIGN section 3.2). One poisonous outcome is parted from its batch and recorded as failed.
 */
export class OutcomeWriter {
  readonly #deps: WriterDeps;
  readonly #giveUpMs: number;
  #gathered: Waiting[] = [];
  /** Jobs with outcomes that are not written yet, and how many. */
  readonly #unwritten = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;
  #flushing: Promise<void> | null = null;

  /** `giveUpMs`: how long a flush is retried while the database is away; the lease decides after that. */
  constructor(deps: WriterDeps, giveUpMs: number) {
    this.#deps = deps;
    this.#giveUpMs = giveUpMs;
  }

  /** Resolves when the outcome is committed: false when its row was no longer held by its claimant. */
  write(outcome: PendingOutcome, delayMs: number): Promise<boolean> {
    return new Promise((done, failed) => {
      const { jobId } = outcome;
      this.#unwritten.set(jobId, (this.#unwritten.get(jobId) ?? 0) + 1);
      this.#gathered.push({ outcome, done, failed });
      if (this.#flushing !== null) return;
      if (delayMs === 0 || this.#gathered.length >= MAX_BATCH) this.flush();
      else this.#timer ??= setTimeout(() => this.flush(), delayMs);
    });
  }

  /** Resolves when no outcome of these jobs is unwritten: a run that has ended must not hold the seat of the next. */
  async written(jobIds: readonly string[]): Promise<void> {
    while (jobIds.some((id) => this.#unwritten.has(id))) {
      this.flush();
      await this.#flushing;
    }
  }

  /** Sends what has gathered, at once unless a flush is under way (which takes it next). */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#flushing !== null || this.#gathered.length === 0) return;
    this.#flushing = this.#flushGathered().finally(() => {
      this.#flushing = null;
      this.flush();
    });
  }

  async #flushGathered(): Promise<void> {
    const batch = this.#gathered.splice(0, MAX_BATCH);
    await this.#commit(batch, this.#deps.monotonicMs() + this.#giveUpMs);
  }

  async #commit(batch: readonly Waiting[], until: number): Promise<void> {
    for (;;) {
      try {
        const written = await this.#transact(batch.map((w) => w.outcome));
        for (const { outcome, done } of this.#takenOff(batch)) done(written.has(outcome.executionId));
        return;
      } catch (error) {
        if (isValueRefused(error)) {
          await this.#part(batch, error as Error, until);
          return;
        }
        if (this.#deps.monotonicMs() > until) {
          this.#deps.log.error({ error, outcomes: batch.length }, 'Outcomes could not be written; their leases decide');
          for (const { failed } of this.#takenOff(batch)) failed(error);
          return;
        }
        this.#deps.log.warn({ error, outcomes: batch.length }, 'Outcomes could not be written yet');
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  /** Halves a batch that Postgres refused, until the culprit stands alone and is recorded as failed. */
  async #part(batch: readonly Waiting[], error: Error, until: number): Promise<void> {
    const [only] = batch;
    if (only === undefined) return;
    if (batch.length > 1) {
      const middle = Math.ceil(batch.length / 2);
      await this.#commit(batch.slice(0, middle), until);
      await this.#commit(batch.slice(middle), until);
    } else if (only.outcome.error?.type === 'OutcomeRefused') {
      for (const { failed } of this.#takenOff([only])) failed(error);
    } else {
      const refused = { type: 'OutcomeRefused', message: `What the action reported can't be stored: ${error.message}` };
      const outcome = { ...only.outcome, state: 'failed', reason: 'action_failed', result: null, logs: [] } as const;
      await this.#commit([{ ...only, outcome: { ...outcome, attempts: [], error: refused } }], until);
    }
  }

  /** Takes these off the unwritten, for whoever waits in `written`; returns them. */
  #takenOff(batch: readonly Waiting[]): readonly Waiting[] {
    for (const { outcome } of batch) {
      const more = (this.#unwritten.get(outcome.jobId) ?? 0) - 1;
      if (more > 0) this.#unwritten.set(outcome.jobId, more);
      else this.#unwritten.delete(outcome.jobId);
    }
    return batch;
  }

  #transact(outcomes: readonly PendingOutcome[]): Promise<Set<string>> {
    const jobIds = [...new Set(outcomes.map((o) => o.jobId))];
    return commitOutcomes(this.#deps, outcomes, jobIds);
  }
}

async function commitOutcomes(
  deps: WriterDeps,
  outcomes: readonly PendingOutcome[],
  jobIds: readonly string[],
): Promise<Set<string>> {
  const stopping = outcomes.filter((o) => o.policy.stopOnError && (o.state === 'failed' || o.state === 'timed_out'));
  const asked = outcomes.filter((o) => asksFor(o.policy, o.state));
  const { written, clocks, parents, next } = await inTransaction(deps.db satisfies Db, async (tx) => {
    await lockJobs(tx, jobIds);
    const ends = await writeOutcomes(tx, outcomes);
    const ids = new Set(ends.map((e) => e.executionId));
    const stopped = stopping
      .filter((o) => ids.has(o.executionId))
      .map((o) => ({ executionId: o.executionId, jobId: o.jobId, state: o.state, message: o.error?.message ?? '' }));
    const left = await stopOnError(tx, deps, stopped);
    await notifyEnds(
      tx,
      deps,
      asked
        .filter((o) => ids.has(o.executionId))
        .map((o) => ({ ...o, message: o.error?.message ?? o.result?.message ?? null })),
    );
    await notifyExecutions(
      tx,
      'ended',
      ends.map((e) => ({ id: e.executionId, dueAt: e.dueAt })),
    );
    const waitedFor = ends.filter((e) => e.hasChildren).map((e) => e.jobId);
    const seated = new Set(ends.map((e) => e.nextWorkflowId));
    return { written: ids, clocks: left, parents: waitedFor, next: seated };
  });
  pokeStopped(deps, clocks);
  releaseSoon(deps, parents);
  for (const workflowId of next) wakeSoon(deps, workflowId);
  return written;
}
