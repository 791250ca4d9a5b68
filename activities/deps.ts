import type { Db } from '../db/connect.ts';
import type { RunFunction } from '../domain/functions/function-context.ts';
import type { CommandRules } from '../domain/command-rules.ts';
import type { IdSource } from '../domain/ids.ts';
import type { Json } from '../domain/json.ts';
import type { NotificationEvent, NotifyingJob } from '../domain/notifications.ts';
import type { RelayState } from '../domain/relays.ts';
import type { Outcome } from '../domain/rules.ts';
import type { RunSpec } from '../domain/run.ts';
import type { Instant } from '../domain/schedules/kind.ts';
import type { Tracing } from '../domain/tracing.ts';
import type { Reviews } from './actions/review/reviewed-database.ts';
import type { Stopping } from './stop.ts';

/** What activities ask of Temporal; the composition root gives `api/engine`'s implementation. */
export interface Runs {
  poke(clockId: string, jobIds: readonly string[]): Promise<void>;
  startRun(spec: RunSpec): Promise<void>;
  /** Lets a held run look again at what it waits for; one that has not begun or has ended is let alone. */
  wakeRun(workflowId: string): Promise<void>;
  startGroup(group: { groupId: string; runs: readonly RunSpec[] }): Promise<void>;
  /** Starts the `bulk-run` of a group, or leaves the one that there is or was. */
  startBulkRun(group: { groupId: string; sequential: boolean }): Promise<void>;
  /** Starts the timer of a bulk operation, or leaves the one that runs. */
  startTimedResume(bulk: { bulkId: string; at: Instant }): Promise<void>;
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
  publish(publication: Publication, stop: Stopping): Promise<void>;
}

export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A relay of `RELAYS`; one change of it at a time. */
export interface Relay {
  /**
   * Sets it (`toggle`: to the opposite of what it is) and reads it back. Answers with the state, and whether it was
   * read back or only commanded. Rejects when the device does not confirm, and when `signal` aborts. `executionId` goes
   * with it as the idempotency key where the device is told by message.
   */
  set(
    wanted: RelayState | 'toggle',
    executionId: string,
    signal: AbortSignal,
  ): Promise<{ state: RelayState; confirmed: boolean }>;
}

/** A regular file below the sandbox; `path` is relative to it, separated by "/". */
export interface SandboxFile {
  readonly path: string;
  readonly bytes: number;
  readonly modifiedAt: Instant;
}

/**
 * The folder `SANDBOX_DIR`, and nothing outside of it, whatever links or swaps say. Every call opens its way anew,
 * rejects with the ActionFailure `SandboxRefused` at a link, and leaves no half-made file when `signal` aborts.
 */
export interface Sandbox {
  /** Files that fit a pattern, by path; `refused` are entries that fit and are links or no plain files. */
  find(pattern: string, signal: AbortSignal): Promise<{ files: SandboxFile[]; refused: string[] }>;
  /** Writes a file whole or not at all, making its folders; returns its bytes. */
  write(path: string, chunks: AsyncIterable<string>, signal: AbortSignal): Promise<number>;
  /** Renames within the folder of `path`; never over another file. */
  rename(path: string, name: string): Promise<void>;
  /**
   * Copies a file's content to `name` beside it, gzipped when asked; then empties (`truncate`) or removes it. False: it
   * grew while it was copied, so that somebody still writes to it, and it was left as it was.
   */
  move(
    path: string,
    name: string,
    how: { readonly gzip: boolean; readonly then: 'truncate' | 'remove' },
    signal: AbortSignal,
  ): Promise<boolean>;
  remove(path: string): Promise<void>;
}

export interface WebhookRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly maxRedirects: number;
  /** The message's id: `Idempotency-Key`, and `webhook-id` of the signature. */
  readonly id: string;
  /** What it is signed with instead of the service's own secrets. */
  readonly secrets?: readonly string[];
}
export interface WebhookResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Text, cut where it is too long to be kept. */
  readonly body: string;
  readonly truncated: boolean;
  /** Where the answer came from, after redirects. */
  readonly url: string;
}
/** Sends signed requests to allowed targets only; each hop is checked and connected to at the address that was checked. */
export interface Webhooks {
  /** Resolves with any answer. Rejects with an ActionFailure when refused, unreachable or redirected too often. */
  send(request: WebhookRequest, signal: AbortSignal): Promise<WebhookResponse>;
}

/** One message over NATS. */
export interface CommandMessage {
  readonly subject: string;
  readonly payload: string;
  /** By their names, as they are written. */
  readonly headers: Readonly<Record<string, string>>;
}
/** Who took a message: a stream, which acknowledged it; or the server alone (`stream` is null), for whoever listens. */
export interface CommandReceipt {
  readonly stream: string | null;
  readonly sequence: number | null;
  /** The stream had it already, by its `Nats-Msg-Id`. */
  readonly duplicate: boolean;
}
export interface CommandReply {
  readonly payload: string;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}
/**
 * NATS. Nothing is sent while it is away, and nothing goes out once `signal` has aborted. Both reject with an
 * ActionFailure where NATS is away, refuses the message or finds it too long.
 */
export interface Commands {
  publish(message: CommandMessage, signal: AbortSignal): Promise<CommandReceipt>;
  /** Resolves with the first reply. */
  request(message: CommandMessage, signal: AbortSignal): Promise<CommandReply>;
}

/** Where notifications go; who carries them is the worker's (worker/notify). */
export interface Notifications {
  readonly hasDestinations: boolean;
  /** The destinations that take this event of this job. */
  destinationsOf(event: NotificationEvent, job: NotifyingJob): readonly string[];
  /** Some may be due: looks at once, and returns without waiting for it. */
  poke(): void;
}

/** What a rule of a node came to. */
export interface RuleVerdict {
  readonly rule: string;
  readonly held: boolean;
  readonly outcomes: readonly Outcome[];
}
export interface RuleBook {
  /** Judges a node's rules by facts, the highest priority first; null when there is no such node. */
  judge(node: string, facts: (name: string) => Json | undefined): Promise<RuleVerdict[] | null>;
}

/** A look at one part of the service or its machine. */
export interface Probe {
  readonly name: string;
  readonly part: 'services' | 'storage' | 'network';
  /** Rejects when the part is in trouble, or `signal` aborts. */
  look(
    signal: AbortSignal,
  ): Promise<{ readonly verdict: 'ok' | 'warning' | 'failed' | 'unknown'; readonly detail: string }>;
}

export interface Backups {
  /** Makes a consistent backup and removes all but the newest `keep`. Nothing half-made stays when `signal` aborts. */
  make(
    options: { readonly keep: number; log(message: string): void },
    signal: AbortSignal,
  ): Promise<{
    readonly archive: string;
    readonly sha256: string;
    readonly bytes: number;
    readonly tables: number;
    readonly rows: number;
    readonly removed: readonly string[];
  }>;
}

/** The functions of `FUNCTIONS_DIR` that this worker serves. */
export interface Functions {
  /** Null when there is none of that key. */
  find(key: string): RunFunction | null;
}

/** The world outside, as the composition root hands it to every activity. */
export interface Deps {
  readonly db: Db;
  readonly runs: Runs;
  readonly ids: IdSource;
  readonly log: Logger;
  /** Absent where nothing is traced. */
  readonly tracing?: Tracing;
  readonly publisher: Publisher;
  /** This process among the workers: what claims carry. */
  readonly instanceId: string;
  /** Parallel actions of this process, quick ones included. */
  readonly slots: number;
  readonly clockCapacity: number;
  /** The lease of a run's attempt (LOCK_TIMEOUT_SECONDS). */
  readonly leaseMs: number;
  /** How long a run is held at most for the jobs that it waits for (DEPENDENCY_TIMEOUT). */
  readonly dependencyTimeoutMs: number;
  readonly retentionDays: number;
  /** What one action may hold in memory: MEMORY_PER_JOB_MB (gateway.txt, Performance Limits). */
  readonly memoryPerJobMb: number;
  /** Null when `RELAYS` has no such name. */
  relay(name: string): Relay | null;
  readonly sandbox: Sandbox;
  readonly webhooks: Webhooks;
  readonly notifications: Notifications;
  readonly commands: Commands;
  readonly commandRules: CommandRules;
  readonly rules: RuleBook;
  readonly probes: readonly Probe[];
  readonly backups: Backups;
  readonly reviews: Reviews;
  readonly functions: Functions;
  /** Asks for a graceful stop, after which the supervisor starts anew; what runs is finished first. */
  requestRestart(reason: string): void;
  /** `DEVICE_ID`, and `VAR_*` of the environment without the prefix. */
  readonly deviceId: string;
  readonly environment: Readonly<Record<string, Json>>;
  /** The value that last arrived on a configured MQTT topic (MQTT_VALUES). */
  latestValue(name: string): Json | undefined;
  /** CPU and memory of this process lately: what `metrics` of an execution show (DECISIONS section 9). */
  usage(): { readonly cpu_usage_percent: number; readonly memory_usage_mb: number };
  readonly now: () => Instant;
  /** Milliseconds that only ever grow: what durations and leases are measured with in this process. */
  readonly monotonicMs: () => number;
}
