import { z } from 'zod';

/** What a relay can be, and what `RELAYS` says of each (DECISIONS sections 5 and 9). */
export type RelayState = 'on' | 'off';

/** Names of relays, rule nodes and variables. */
export const entryName = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/,
    'use at most 64 letters, digits, "_", "-" and "." in names, a letter or "_" first',
  );

const publishTopic = z
  .string()
  .min(1, 'must name an MQTT topic')
  .regex(/^[^#+]*$/, 'must be one topic, without the wildcards # and +');

const gpio = z.strictObject({
  driver: z.literal('gpio'),
  /** As `gpiodetect` prints it. */
  chip: z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, 'must be the name or number of a chip, such as gpiochip0')
    .default('gpiochip0'),
  line: z.int('must be the number of a line').min(0, 'must be the number of a line'),
  active_low: z.boolean().default(false),
});

const mqtt = z.strictObject({
  driver: z.literal('mqtt'),
  topic: publishTopic,
  on: z.string().default('ON'),
  off: z.string().default('OFF'),
  qos: z.union([z.literal(0), z.literal(1), z.literal(2)], 'must be 0, 1 or 2').default(1),
  retain: z.boolean().default(false),
  /** Where the device says how it stands; without it nothing is read back and `toggle` is impossible. */
  state_topic: publishTopic.nullable().default(null),
  /** How long the device may take to confirm. */
  state_timeout_ms: z.int().min(100).max(60_000).default(5_000),
});

const file = z.strictObject({
  driver: z.literal('file'),
  /** The state file; relative to `ALMANAC_HOME`. */
  path: z.string().min(1, 'must name the state file'),
});

export const relaysSchema = z.record(
  entryName,
  z.discriminatedUnion('driver', [gpio, mqtt, file], 'the driver must be gpio, mqtt or file'),
);

/** A relay's name → its driver. */
export type RelaysConfig = z.output<typeof relaysSchema>;
export type RelayConfig = RelaysConfig[string];
export type RelayConfigOf<D extends RelayConfig['driver']> = Extract<RelayConfig, { driver: D }>;

/** The relays of an embedded start that configures none: state files below its home. */
export const EMBEDDED_RELAYS: RelaysConfig = Object.fromEntries(
  ['relay_1', 'relay_2', 'relay_3', 'relay_4', 'lights'].map((name) => [
    name,
    { driver: 'file', path: `relays/${name}` } as const,
  ]),
);
