import type { Db } from '../db/connect.ts';
import type { IdSource } from '../domain/ids.ts';
import type { Json } from '../domain/json.ts';
import type { RunSpec } from '../domain/run.ts';
import type { Instant } from '../domain/schedules/kind.ts';

/** What activities ask of Temporal; the composition root gives `api/engine`'s implementation. */
export interface Runs {
  poke(clockId: string, jobIds: readonly string[]): Promise<void>;
  startRun(spec: RunSpec): Promise<void>;
  startGroup(group: { groupId: string; runs: readonly RunSpec[] }): Promise<void>;
  /** How a workflow stands; `gone` when Temporal does not know it (any more). */
  statusOf(workflowId: string): Promise<'running' | 'completed' | 'failed' | 'terminated' | 'gone'>;
  /** Ends a clock and starts it anew: always safe, since a clock is a cache (DESIGN section 3.6). */
  restartClock(clockId: string): Promise<void>;
}

/** One MQTT 5 publish. Rejects when the broker does not acknowledge before `signal` aborts; nothing goes out after. */
export interface Publication {
  readonly topic: string;
  readonly payload: string;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly userProperties: Readonly<Record<string, string>>;
  readonly expirySeconds: number;
}
export interface Publisher {
  publish(publication: Publication, signal: AbortSignal): Promise<void>;
}

export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The world outside, as the composition root hands it to every activity. */
export interface Deps {
  readonly db: Db;
  readonly runs: Runs;
  readonly ids: IdSource;
  readonly log: Logger;
  readonly publisher: Publisher;
  /** This process among the workers: what claims carry. */
  readonly instanceId: string;
  /** Parallel actions of this process, quick ones included. */
  readonly slots: number;
  readonly clockCapacity: number;
  /** The lease of a run's attempt (LOCK_TIMEOUT_SECONDS). */
  readonly leaseMs: number;
  readonly retentionDays: number;
  /** `DEVICE_ID`, and `VAR_*` of the environment without the prefix. */
  readonly deviceId: string;
  readonly environment: Readonly<Record<string, Json>>;
  /** The value that last arrived on a configured MQTT topic (MQTT_VALUES). */
  latestValue(name: string): Json | undefined;
  /** CPU and memory of this process lately: what `metrics` of an execution show (DECISIONS section 9). */
  usage(): { readonly cpu_usage_percent: number; readonly memory_usage_mb: number };
  now(): Instant;
  /** Milliseconds that only ever grow: what durations and leases are measured with in this process. */
  monotonicMs(): number;
}
