import { ActionFailure } from '../../activities/actions/handler.ts';
import type { RelayConfigOf, RelayState } from '../../domain/relays.ts';
import type { MqttConnection } from '../mqtt-publisher.ts';
import type { RelayDriver } from './relay-driver.ts';

/**
 * A relay behind MQTT: a command goes to its topic, and where it has a state topic it is done once the device says so
 * there. A device that only speaks on a change and stands as wanted already has confirmed it by its last word.
 */
export function mqttRelay(
  name: string,
  config: RelayConfigOf<'mqtt'>,
  world: { mqtt: MqttConnection; expirySeconds: number },
): RelayDriver {
  const { topic, qos, retain, state_topic: stateTopic, state_timeout_ms: timeoutMs } = config;
  let latest: RelayState | null = null;
  const waiting = new Set<() => void>();
  if (stateTopic !== null) {
    world.mqtt.subscribe(stateTopic, (_topic, payload) => {
      const word = payload.toString('utf8').trim();
      if (word !== config.on && word !== config.off) return;
      latest = word === config.on ? 'on' : 'off';
      for (const look of waiting) look();
    });
  }

  function confirmed(wanted: RelayState, signal: AbortSignal): Promise<RelayState> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    return new Promise<RelayState>((resolve, reject) => {
      const settle = () => {
        waiting.delete(look);
        limit.removeEventListener('abort', giveUp);
      };
      const look = () => {
        if (latest !== wanted) return;
        settle();
        resolve(wanted);
      };
      const giveUp = () => {
        settle();
        reject(signal.aborted ? (signal.reason as Error) : silence(name, stateTopic ?? '', latest, timeoutMs));
      };
      waiting.add(look);
      limit.addEventListener('abort', giveUp, { once: true });
      if (limit.aborted) giveUp();
      else look();
    });
  }

  return {
    read: () => Promise.resolve(latest),
    async write(state, executionId, signal) {
      const userProperties = { 'execution-id': executionId };
      const payload = config[state];
      await world.mqtt.publish(
        { topic, payload, qos, retain, userProperties, expirySeconds: world.expirySeconds },
        signal,
      );
      return stateTopic === null ? null : confirmed(state, signal);
    },
  };
}

function silence(name: string, topic: string, latest: RelayState | null, timeoutMs: number): ActionFailure {
  const stands = latest === null ? 'it has said nothing yet' : `it last said ${latest}`;
  return new ActionFailure(
    'RelayNotConfirmed',
    `The relay "${name}" did not confirm on ${topic} within ${timeoutMs} ms (${stands}): check the device, or its state_topic.`,
    { retryable: true },
  );
}
