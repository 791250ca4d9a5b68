import type { Publisher } from '../../activities/deps.ts';
import { DELIVER_FOR_MS } from '../../domain/notifications.ts';
import { EVERYTHING, type Destination } from './destination.ts';

/** MQTT `events/<face>/<job>/<event>` at QoS 1, not retained (DECISIONS section 5, Notifications). */
export function mqttDestination(publisher: Publisher): Destination {
  return {
    name: 'mqtt',
    filter: EVERYTHING,
    async deliver({ id, jobId, executionId, topic, body }, signal) {
      const execution = executionId === null ? {} : { 'execution-id': executionId };
      await publisher.publish(
        {
          topic,
          payload: body,
          qos: 1,
          retain: false,
          userProperties: { 'notification-id': id, 'job-id': jobId, ...execution },
          expirySeconds: DELIVER_FOR_MS / 1000,
        },
        signal,
      );
    },
  };
}
