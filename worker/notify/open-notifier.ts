import type { Deps, Notifications } from '../../activities/deps.ts';
import { takes } from '../../domain/notifications.ts';
import { Courier } from './courier.ts';
import type { Destination } from './destination.ts';

export interface Notifier extends Notifications {
  /** Stops tries that are under way; others carry them on. */
  stop(): Promise<void>;
}

/** Carries queued notifications to their destinations, each on its own, so that a slow one delays no other. */
export function openNotifier(
  world: Pick<Deps, 'db' | 'log' | 'monotonicMs'>,
  destinations: readonly Destination[],
): Notifier {
  const couriers = destinations.map((destination) => new Courier(world, destination));
  return {
    hasDestinations: destinations.length > 0,
    destinationsOf: (event, job) =>
      destinations.filter(({ filter }) => takes(filter, event, job)).map(({ name }) => name),
    poke: () => couriers.forEach((courier) => courier.poke()),
    async stop() {
      await Promise.all(couriers.map((courier) => courier.stop()));
    },
  };
}
