import { ActionFailure } from '../activities/actions/handler.ts';
import type { MqttConnection } from './mqtt-publisher.ts';

/** Stands where no broker is configured: jobs can be made, and their runs fail with a sentence that says what to set. */
export function noBroker(): MqttConnection {
  const refuse = () =>
    Promise.reject(
      new ActionFailure('NoBroker', 'No MQTT broker is configured: set MQTT_URL, such as mqtt://host:1883.', {
        retryable: false,
      }),
    );
  return {
    publish: refuse,
    subscribe: () => () => undefined,
    connected: () => false,
    look: refuse,
    close: () => Promise.resolve(),
  };
}
