import type { Client } from '@temporalio/client';
import { CONTROL_QUEUE, WORKFLOWS } from './names.ts';

/** The jobs that a signal names; once all are meant, naming some adds nothing. */
type Named = Set<string> | 'all';

interface Pending {
  named: Named;
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

  /**
   * Resolves when a signal that names these jobs, or with none named means all, has been delivered; rejects when it
   * could not be.
   */
  poke(clockId: string, jobIds: readonly string[]): Promise<void> {
    const wanted: Named = jobIds.length === 0 ? 'all' : new Set(jobIds);
    const gathering = this.#gathering.get(clockId);
    if (gathering !== undefined) {
      gathering.named = together(gathering.named, wanted);
      return gathering.sent;
    }
    const before = this.#underWay.get(clockId);
    if (before === undefined) return this.#send(clockId, wanted);
    const sent = before.catch(() => undefined).then(() => this.#sendGathered(clockId));
    this.#gathering.set(clockId, { named: wanted, sent });
    return sent;
  }

  #sendGathered(clockId: string): Promise<void> {
    const named = this.#gathering.get(clockId)?.named ?? 'all';
    this.#gathering.delete(clockId);
    return this.#send(clockId, named);
  }

  #send(clockId: string, named: Named): Promise<void> {
    const sending = this.#signal(clockId, named === 'all' ? [] : [...named]).finally(() => {
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

function together(one: Named, other: Named): Named {
  return one === 'all' || other === 'all' ? 'all' : new Set([...one, ...other]);
}
