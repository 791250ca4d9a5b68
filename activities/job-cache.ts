import type { Tx } from '../db/connect.ts';
import { readJobs, type ClaimState } from '../db/queries/claims.ts';
import type { Job } from '../domain/job.ts';

/** Jobs kept at most; the oldest go first. */
const CAPACITY = 20_000;

/**
 * Jobs by id and revision, so that a claim reads a job's specification only after it changed. Never stale: the revision
 * that a claim asks for was read under the job's lock.
 */
export class JobCache {
  readonly #jobs = new Map<string, Job>();

  async jobs(tx: Tx, states: readonly ClaimState[]): Promise<Map<string, Job>> {
    const unknown = states.filter((s) => this.#jobs.get(s.jobId)?.revision !== s.revision).map((s) => s.jobId);
    for (const job of await readJobs(tx, unknown)) {
      this.#jobs.delete(job.id);
      this.#jobs.set(job.id, job);
    }
    const found = new Map<string, Job>();
    for (const { jobId } of states) {
      const job = this.#jobs.get(jobId);
      if (job !== undefined) found.set(jobId, job);
    }
    for (const oldest of this.#jobs.keys()) {
      if (this.#jobs.size <= CAPACITY) break;
      this.#jobs.delete(oldest);
    }
    return found;
  }
}
