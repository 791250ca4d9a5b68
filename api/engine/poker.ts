import type { Client } from '@temporalio/client';
import { CONTROL_QUEUE, WORKFLOWS } from './names.ts';

interface Pending {
  readonly jobIds: Set<string>;
  readonly sent: Promise<void>;
}

/**
 * Pokes clocks: one signal under way for each clock, and what comes meanwhile goes with the next, so that creating a
 * thousand jobs does not send a clock a thousand signals.
 */
export class Poker {
  readonly #client: Client;
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #gathering = new Map<string, Pending>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Resolves when a signal that names these jobs has been delivered; rejects when it could not be. */
  poke(clockId: string, jobIds: readonly string[]): Promise<void> {
    const gathering = this.#gathering.get(clockId);
    if (gathering !== undefined) {
      for (const id of jobIds) gathering.jobIds.add(id);
      return gathering.sent;
    }
    const ids = new Set(jobIds);
    const before = this.#underWay.get(clockId);
    if (before === undefined) return this.#send(clockId, ids);
    const sent = before.catch(() => undefined).then(() => this.#sendGathered(clockId));
    this.#gathering.set(clockId, { jobIds: ids, sent });
    return sent;
  }

  #sendGathered(clockId: string): Promise<void> {
    const ids = this.#gathering.get(clockId)?.jobIds ?? new Set<string>();
    this.#gathering.delete(clockId);
    return this.#send(clockId, ids);
  }

  #send(clockId: string, jobIds: ReadonlySet<string>): Promise<void> {
    const sending = this.#signal(clockId, [...jobIds]).finally(() => {
      if (this.#underWay.get(clockId) === sending) this.#underWay.delete(clockId);
    });
    this.#underWay.set(clockId, sending);
    return sending;
  }

  async #signal(clockId: string, jobIds: readonly string[]): Promise<void> {
    await this.#client.workflow.signalWithStart(WORKFLOWS.clock, {
      workflowId: clockId,
      taskQueue: CONTROL_QUEUE,
      args: [{ clockId, carried: [] }],
      signal: 'poke',
      signalArgs: [jobIds],
      staticSummary: clockId.startsWith('clock-job-') ? 'the clock of one job' : 'a clock shared by quick jobs',
      memo: { clockId },
    });
  }
}
