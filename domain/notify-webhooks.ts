import { z } from 'zod';
import { FACES } from './faces.ts';
import { NOTIFICATION_EVENTS } from './notifications.ts';
import { entryName } from './relays.ts';

const secret = z
  .string()
  .regex(
    /^(whsec_)?[A-Za-z0-9+/]{32,88}={0,2}$/,
    'must be 24 to 64 bytes as base64, with or without "whsec_": make one with: echo "whsec_$(openssl rand -base64 32)"',
  );

const receiver = z.strictObject({
  /** How lists and logs call it, since the address may hold a secret; default the host. */
  name: entryName.optional(),
  url: z
    .url({ protocol: /^https?$/, error: 'must be an address such as https://example.com/hooks' })
    .refine((url) => !/^[^/]*\/\/[^/?#]*@/.test(url), 'may not hold a user or password'),
  /** Of this receiver alone; several while one is being replaced. */
  secret: z.union([secret, z.array(secret).min(1, 'must hold a secret')]),
  events: z.array(z.enum(NOTIFICATION_EVENTS, `must be of: ${NOTIFICATION_EVENTS.join(', ')}`)).default([]),
  tags: z.array(z.string().min(1)).default([]),
  faces: z.array(z.enum(FACES, `must be of: ${FACES.join(', ')}`)).default([]),
});

/** `NOTIFY_WEBHOOKS`: who is told of what by webhook. An empty list leaves nothing out. */
export const notifyWebhooksSchema = z
  .array(receiver)
  .transform((all) =>
    all.map(({ name, url, secret: secrets, ...filter }) => ({
      name: name ?? new URL(url).host,
      url,
      secrets: typeof secrets === 'string' ? [secrets] : secrets,
      filter,
    })),
  )
  .superRefine((all, context) => {
    const names = all.map(({ name }) => name);
    names.forEach((name, i) => {
      if (names.indexOf(name) === i) return;
      const message = `is called "${name}" as another one is: give each a name of its own`;
      context.addIssue({ code: 'custom', path: [i], message });
    });
  });

export type NotifyWebhook = z.output<typeof notifyWebhooksSchema>[number];
