import { join, resolve } from 'node:path';
import { ActionFailure } from '../../activities/actions/handler.ts';
import type { Relay } from '../../activities/deps.ts';
import type { RelayConfig, RelayConfigOf, RelaysConfig, RelayState } from '../../domain/relays.ts';
import { orAborted } from '../or-aborted.ts';
import type { MqttConnection } from '../mqtt-publisher.ts';
import { fileRelay } from './file-relay.ts';
import { gpioRelay } from './gpio-relay.ts';
import { mqttRelay } from './mqtt-relay.ts';
import type { RelayDriver } from './relay-driver.ts';

/** What drivers need: the connection to the broker, and the home folder, which their own files are relative to. */
export interface RelayWorld {
  readonly mqtt: MqttConnection;
  readonly home: string;
  /** How long a command may wait at the broker. */
  readonly expirySeconds: number;
}

type Open<D extends RelayConfig['driver']> = (name: string, config: RelayConfigOf<D>, world: RelayWorld) => RelayDriver;

/** THE LIST of drivers (DECISIONS section 5, output). */
const DRIVERS: { readonly [D in RelayConfig['driver']]: Open<D> } = {
  file: (_name, config, world) => fileRelay(resolve(world.home, config.path)),
  mqtt: mqttRelay,
  gpio: (name, config, world) => gpioRelay(name, config, join(world.home, 'relays', `${name}.gpio.json`)),
};

/** Opens every relay of `RELAYS`; the answer finds one by its name. */
export function openRelays(config: RelaysConfig, world: RelayWorld): (name: string) => Relay | null {
  const relays = new Map(
    Object.entries(config).map(([name, one]) => {
      const open = DRIVERS[one.driver] as Open<RelayConfig['driver']>;
      return [name, oneAtATime(name, open(name, one, world))];
    }),
  );
  return (name) => relays.get(name) ?? null;
}

/** A relay whose changes wait for each other, so that a toggle sees what the one before it did. */
function oneAtATime(name: string, driver: RelayDriver): Relay {
  let last: Promise<unknown> = Promise.resolve();
  return {
    set(wanted, executionId, signal) {
      const before = last;
      const change = async () => {
        await orAborted(signal, before);
        const state = wanted === 'toggle' ? opposite(name, await driver.read(signal)) : wanted;
        const after = await driver.write(state, executionId, signal);
        if (after !== null && after !== state) throw unlike(name, state, after);
        return { state, confirmed: after !== null };
      };
      const changed = change();
      // One that gave up its turn must not let the next one overtake what is still going on.
      last = Promise.allSettled([before, changed]);
      return changed;
    },
  };
}

function opposite(name: string, now: RelayState | null): RelayState {
  if (now !== null) return now === 'on' ? 'off' : 'on';
  const message = `The relay "${name}" can't be toggled, because its state is not known: give it a state_topic, or use on or off.`;
  throw new ActionFailure('RelayStateUnknown', message, { retryable: false });
}

function unlike(name: string, wanted: RelayState, after: RelayState): ActionFailure {
  return new ActionFailure('RelayNotConfirmed', `The relay "${name}" was set ${wanted} and reads ${after}.`, {
    retryable: true,
  });
}
