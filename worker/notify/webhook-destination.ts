import { refusalOf } from '../../activities/actions/webhook-refusal.ts';
import type { Webhooks } from '../../activities/deps.ts';
import type { NotifyWebhook } from '../../domain/notify-webhooks.ts';
import type { Destination } from './destination.ts';

/**
 * A receiver of NOTIFY_WEBHOOKS, told as Standard Webhooks has it: `webhook-id` is the notification's, the same at every
 * try, and the signature is by the receiver's own secret. Redirects are not followed: they would be signed for another.
 */
export function webhookDestination(
  { name, url, secrets, filter }: NotifyWebhook,
  webhooks: Webhooks,
  now: () => number,
): Destination {
  return {
    name: `webhook:${name}`,
    filter,
    async deliver({ id, body }, signal) {
      const headers = { 'content-type': 'application/json' };
      const request = { method: 'POST', url, headers, body, maxRedirects: 0, id, secrets };
      const response = await webhooks.send(request, signal);
      if (response.status >= 200 && response.status <= 299) return;
      throw refusalOf(`The receiver "${name}"`, response, now());
    },
  };
}
