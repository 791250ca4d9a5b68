import { randomUUID } from 'node:crypto';
import type { Deps, Runs } from '../../activities/deps.ts';
import type { Db } from '../../db/connect.ts';
import { DEFAULT_COMMAND_RULES } from '../../domain/command-rules.ts';
import { createIdSource } from '../../domain/ids.ts';
import { absent } from './absent.ts';
import { recordingLog } from './recording-log.ts';
import { TestPublisher } from './test-publisher.ts';

/** The world of activities: a real database, whatever else a test hands in, and a broker in memory. */
export function testDeps(db: Db, overrides: Partial<Deps> = {}): Deps {
  const now = overrides.now ?? Date.now;
  return {
    db,
    runs: absent<Runs>('runs'),
    ids: createIdSource({ slot: 0, now, random: Math.random }),
    log: recordingLog(),
    publisher: new TestPublisher(),
    instanceId: `worker-${randomUUID()}`,
    slots: 50,
    clockCapacity: 100,
    leaseMs: 300_000,
    dependencyTimeoutMs: 3_600_000,
    retentionDays: 0,
    memoryPerJobMb: 100,
    relay: () => null,
    sandbox: absent('sandbox'),
    webhooks: absent('webhooks'),
    notifications: { hasDestinations: false, destinationsOf: () => [], poke: () => undefined },
    commands: absent('commands'),
    commandRules: DEFAULT_COMMAND_RULES,
    rules: absent('rules'),
    probes: [],
    backups: absent('backups'),
    reviews: absent('reviews'),
    functions: { find: () => null },
    requestRestart: () => undefined,
    deviceId: 'test-device',
    environment: {},
    latestValue: () => undefined,
    usage: () => ({ cpu_usage_percent: 0, memory_usage_mb: 0 }),
    now,
    monotonicMs: () => performance.now(),
    ...overrides,
  };
}
