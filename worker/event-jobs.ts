import { createHash } from 'node:crypto';
import type { Deps } from '../activities/deps.ts';
import { inTransaction } from '../db/connect.ts';
import { claimEvent, eventJobs } from '../db/queries/event-runs.ts';
import { isGated } from '../domain/dependencies.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import { runSpecOf } from '../domain/run.ts';
import { eventFits, type EventSchedule } from '../domain/schedules/event.ts';
import { jsonOfText } from '../domain/templates.ts';
import type { MqttConnection } from './mqtt-publisher.ts';

export interface EventJobs {
  /** Some job was made or changed: looks again which topics are to be followed. Resolves when it has. */
  refresh(): Promise<void>;
  stop(): Promise<void>;
}

type World = Pick<Deps, 'db' | 'runs' | 'ids' | 'log' | 'monotonicMs'>;

const LOOK_EVERY_MS = 60_000;
/** More waiting than this are left out: messages must never take the worker's memory. */
const MOST_WAITING = 1_000;
/** What a message may bring as parameters of a run. */
const LONGEST_PAYLOAD = 65_536;

/**
 * Follows the topics of event jobs, and runs them on the messages that fit (DECISIONS section 9). Every worker hears
 * every message; the ledger lets one of them claim it. Retained messages tell of the past and fire nothing.
 */
export function followEventJobs(world: World, mqtt: MqttConnection): EventJobs {
  const { log } = world;
  const topics = new Map<string, { jobs: Map<string, EventSchedule>; leave: () => void }>();
  let waiting = 0;
  let turn: Promise<void> = Promise.resolve();
  let looking: Promise<void> = Promise.resolve();
  let next: Promise<void> | null = null;

  function hear(filter: string, topic: string, payload: Buffer): void {
    if (payload.length > LONGEST_PAYLOAD) {
      log.warn({ topic, bytes: payload.length }, `A message of more than ${LONGEST_PAYLOAD} bytes fired no job`);
      return;
    }
    // Before its turn comes, other workers may long have claimed it.
    const heardMs = world.monotonicMs();
    const text = payload.toString('utf8');
    const value = jsonOfText(text);
    for (const [jobId, schedule] of topics.get(filter)?.jobs ?? []) {
      if (!eventFits(schedule, value)) continue;
      if (waiting >= MOST_WAITING) {
        log.warn({ topic, jobId }, 'A message fired no job: too many are waiting');
        continue;
      }
      waiting += 1;
      turn = turn
        .then(() => fire(world, jobId, { topic, text, value, heardMs }))
        .catch((error: unknown) => log.error({ error, jobId, topic }, 'A message could not fire its job'))
        .finally(() => (waiting -= 1));
    }
  }

  async function look(): Promise<void> {
    const wanted = new Map<string, Map<string, EventSchedule>>();
    for (const { id, schedule } of await eventJobs(world.db)) {
      wanted.set(schedule.topic, (wanted.get(schedule.topic) ?? new Map<string, EventSchedule>()).set(id, schedule));
    }
    for (const [filter, { leave }] of topics) {
      if (wanted.has(filter)) continue;
      leave();
      topics.delete(filter);
    }
    for (const [filter, jobs] of wanted) {
      const followed = topics.get(filter);
      const leave =
        followed?.leave ??
        mqtt.subscribe(filter, (topic, payload) => hear(filter, topic, payload), { retained: false });
      topics.set(filter, { jobs, leave });
    }
  }

  /** However many jobs change while a look is under way, one more look follows it. */
  function refresh(): Promise<void> {
    if (next !== null) return next;
    next = looking.then(() => {
      next = null;
      looking = look().catch((error: unknown) => {
        log.warn({ error }, 'The topics of event jobs could not be read; they are again in a minute');
      });
      return looking;
    });
    return next;
  }

  const timer = setInterval(() => void refresh(), LOOK_EVERY_MS);
  timer.unref();
  return {
    refresh,
    async stop() {
      clearInterval(timer);
      await (next ?? looking);
      for (const { leave } of topics.values()) leave();
      topics.clear();
      await turn;
    },
  };
}

async function fire(
  { db, runs, ids, log, monotonicMs }: World,
  jobId: string,
  message: { topic: string; text: string; value: Json; heardMs: number },
): Promise<void> {
  const executionId = ids.next();
  const parameters = parametersOf(message);
  const digest = createHash('sha256').update(`${message.topic}\0${message.text}`).digest('hex');
  const nonce = Number.parseInt(digest.slice(0, 12), 16) + 1;
  const heardAgoMs = () => monotonicMs() - message.heardMs;
  const event = { executionId, nonce, parameters, heardAgoMs };
  const claimed = await inTransaction(db, (tx) => claimEvent(tx, jobId, event));
  if (claimed === null || !claimed.queued) return;
  const { job, dueAt } = claimed;
  const run = { executionId, dueAt, trigger: 'event', parameters, correlationId: executionId } as const;
  await runs.startRun(runSpecOf(job, { ...run, waits: isGated(job) })).catch((error: unknown) => {
    log.warn({ error, executionId }, 'A run could not be started at once; the housekeeper will start it');
  });
}

/** The fields of the payload, or the whole of it as `payload`; and the topic, unless a field has that name. */
function parametersOf({ topic, value }: { topic: string; value: Json }): JsonObject {
  const isObject = value !== null && typeof value === 'object' && !Array.isArray(value);
  return { topic, ...(isObject ? (value as JsonObject) : { payload: value }) };
}
