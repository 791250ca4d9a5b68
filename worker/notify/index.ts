import type { Deps } from '../../activities/deps.ts';
import type { NotifyWebhook } from '../../domain/notify-webhooks.ts';
import type { Destination } from './destination.ts';
import { mqttDestination } from './mqtt-destination.ts';
import { natsDestination } from './nats-destination.ts';
import { webhookDestination } from './webhook-destination.ts';

/** THE LIST: everywhere that notifications go beside the event stream (DECISIONS section 5). */
export function openDestinations(given: {
  /** Null without a broker. */
  mqtt: Deps['publisher'] | null;
  /** Null or absent without NATS. */
  nats?: Deps['commands'] | null;
  webhooks: Deps['webhooks'];
  receivers: readonly NotifyWebhook[];
  now: () => number;
}): Destination[] {
  return [
    ...(given.mqtt === null ? [] : [mqttDestination(given.mqtt)]),
    ...(given.nats == null ? [] : [natsDestination(given.nats)]),
    ...given.receivers.map((receiver) => webhookDestination(receiver, given.webhooks, given.now)),
  ];
}
