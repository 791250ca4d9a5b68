import { z } from 'zod';

/** The structures that variables hold (DECISIONS section 9, Formats). The docs carry the same schemas. */

const name = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, 'use letters, digits, "_", "-" and "." in names');
const topic = z.string().min(1);

/** A template variable → the topic whose last value it takes, or a part of it by a JSON pointer. */
export const mqttValues = z.record(
  name,
  z.union([
    topic.transform((text) => ({ topic: text, pointer: '' })),
    z.strictObject({
      topic,
      pointer: z
        .string()
        .regex(/^(\/.*)?$/, 'begin a JSON pointer with "/"')
        .default(''),
    }),
  ]),
);

/** The reviewer's `connection_id` → a PostgreSQL database. The address is a secret. */
export const reviewConnections = z.record(
  z.string().regex(/^[1-9]\d{0,8}$/, 'connection ids are whole numbers from 1'),
  z.strictObject({
    name: z.string().min(1),
    url: z.string().regex(/^postgres(ql)?:\/\//, 'give postgres://user:password@host:port/database'),
  }),
);

/** Hosts, `*.host`s and CIDR ranges that webhooks may reach though they are private. */
export const webhookAllow = z.array(
  z
    .string()
    .regex(
      /^(\*\.)?[A-Za-z0-9.-]+$|^[0-9a-fA-F.:]+\/\d{1,3}$|^[0-9a-fA-F:]+$/,
      'give a host or a range such as 10.0.0.0/8',
    ),
);
