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

const dsn = z
  .string()
  .regex(/^postgres(ql)?:\/\//, 'give postgres://user:password@host:port/database')
  .refine(
    (url) => URL.canParse(url),
    'give an address that can be read: write special characters of a password as %xx',
  );
const ONE_ADDRESS =
  'give the address in one of url, url_env (the name of a variable) and url_file (the path of a file)';

/** The reviewer's `connection_id` → a PostgreSQL database. The address is a secret, or a reference to where it stands. */
export const reviewConnections = z.record(
  z.string().regex(/^[1-9]\d{0,8}$/),
  z
    .strictObject({
      name: z.string().min(1).max(200),
      url: dsn.optional(),
      url_env: name.optional(),
      url_file: z.string().min(1).optional(),
      /** Of the database's machine, where it is another one than the worker's. */
      memory_gb: z.number().positive().max(1_000_000).optional(),
      cpus: z.int().positive().max(100_000).optional(),
      /** The database's log, or the folder of its logs, as the worker sees it. */
      log_path: z.string().min(1).optional(),
    })
    .refine(({ url, url_env: env, url_file: file }) => [url, env, file].filter(Boolean).length === 1, {
      message: ONE_ADDRESS,
      // Nothing more can be said of it before an address is there.
      when: ({ issues }) => issues.length === 0,
    }),
  { error: ({ code }) => (code === 'invalid_key' ? 'connection ids are whole numbers from 1' : undefined) },
);
export const reviewAddress = dsn;

/** Hosts, `*.host`s and CIDR ranges that webhooks may reach though they are private. */
export const webhookAllow = z.array(
  z
    .string()
    .regex(
      /^(\*\.)?[A-Za-z0-9.-]+$|^[0-9a-fA-F.:]+\/\d{1,3}$|^[0-9a-fA-F:]+$/,
      'give a host or a range such as 10.0.0.0/8',
    ),
);
