import type { Publication, Publisher } from '../../activities/deps.ts';
import type { Stopping } from '../../activities/stop.ts';

type Behaviour = (publication: Publication, stop: Stopping) => Promise<void>;

/**
 * A broker in memory that does as it is told: acknowledges at once, unless a topic was given another behaviour. For
 * tests of what the engine makes of a broker's answers; `test/engine/brokers.test.ts` speaks to real ones.
 */
export class TestPublisher implements Publisher {
  readonly published: Publication[] = [];
  readonly #behaviours = new Map<string, Behaviour>();

  publish(publication: Publication, stop: Stopping): Promise<void> {
    this.published.push(publication);
    return (this.#behaviours.get(publication.topic) ?? (() => Promise.resolve()))(publication, stop);
  }

  /** From now on, this is what becomes of a publish to `topic`. */
  answer(topic: string, behaviour: Behaviour): void {
    this.#behaviours.set(topic, behaviour);
  }

  /** How many messages went to a topic, the unanswered ones too. */
  count(topic: string): number {
    return this.published.filter((publication) => publication.topic === topic).length;
  }
}

/** Never answers; ends when it is told to stop. */
export const silent: Behaviour = (_, signal) =>
  new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    else signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });

export function failing(message: string): Behaviour {
  return () => Promise.reject(new Error(message));
}

/** Fails the first `times` publishes, then acknowledges. */
export function failingFirst(times: number): Behaviour {
  let left = times;
  return () => {
    left -= 1;
    return left >= 0 ? Promise.reject(new Error(`not yet, ${left + 1} more`)) : Promise.resolve();
  };
}

/** Answers only once `release` was called. */
export function held(): { behaviour: Behaviour; release: () => void } {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  return { behaviour: () => released, release };
}
