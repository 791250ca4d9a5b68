import { commands } from '../../api/faces/commands/commands.ts';
import type { Limits } from '../../api/verbs/context.ts';
import { jobOf } from '../../db/queries/job-row.ts';
import type { Job } from '../../domain/job.ts';
import { startEngine, type EngineOverrides, type TestEngine } from './engine.ts';
import { serveFace, type Answer, type FaceParts, type ServedFace } from './face.ts';
import { openVerbs, type TestVerbs } from './verbs.ts';

const BASE = '/api/v1';

/** The commands face over verbs with an engine that only records, and a clock that stands until it is moved. */
export interface TestCommands extends TestVerbs, ServedFace {
  /** What the face works with, for what is wired beside HTTP. */
  readonly parts: FaceParts;
  /** Creates a schedule and returns its id; what is not said is made up. */
  create(more?: object, headers?: Record<string, string>): Promise<string>;
  jobOf(scheduleId: string): Promise<Job>;
  /** The audit of a schedule, the oldest entry first. */
  auditOf(scheduleId: string): Promise<{ actor: string; action: string; reason: string | null }[]>;
  stop(): Promise<void>;
}

export async function startCommands(limits: Partial<Limits> = {}): Promise<TestCommands> {
  const verbs = await openVerbs();
  const parts = { ...verbs.ctx, log: verbs.log, limits: { ...verbs.ctx.limits, ...limits }, now: () => verbs.now };
  const face = await serveFace(commands, BASE, parts);
  return Object.assign(verbs, face, {
    parts,
    create: (more: object = {}, headers: Record<string, string> = {}) => createSchedule(face, more, headers),
    async jobOf(id: string) {
      return jobOf(await verbs.db.selectFrom('job').selectAll().where('id', '=', id).executeTakeFirstOrThrow());
    },
    auditOf: (id: string) =>
      verbs.db
        .selectFrom('audit')
        .select(['actor', 'action', 'reason'])
        .where('job_id', '=', id)
        .orderBy('id')
        .execute(),
    async stop() {
      face.closeServer();
      await verbs.close();
    },
  });
}

/** The commands face over the engine as the product composes it, on a real Temporal. */
export interface LiveCommands extends ServedFace {
  readonly engine: TestEngine;
  create(more?: object): Promise<string>;
  stop(): Promise<void>;
}

export async function startLiveCommands(overrides: EngineOverrides = {}): Promise<LiveCommands> {
  const engine = await startEngine(overrides);
  const face = await serveFace(commands, BASE, { ...engine.ctx, log: engine.log });
  return {
    ...face,
    engine,
    create: (more = {}) => createSchedule(face, more),
    async stop() {
      face.closeServer();
      await engine.stop();
    },
  };
}

/** The ids that a list tells. */
export function idsIn(answer: Answer): string[] {
  return (answer.body['items'] as { id: string }[]).map(({ id }) => id);
}

async function createSchedule(face: ServedFace, more: object, headers: Record<string, string> = {}): Promise<string> {
  const usual = {
    name: 'nightly',
    schedule_type: 'cron',
    cron_expression: '0 0 * * *',
    target_command: 'cmd.mail.send',
  };
  const isOther = 'schedule_type' in more;
  const { cron_expression: _cron, ...rest } = usual;
  const body = { ...(isOther ? rest : usual), ...more };
  const answer = await face.call('POST', '/schedules', body, { headers });
  if (answer.status !== 201) throw new Error(`It was not created: ${answer.status} ${JSON.stringify(answer.body)}`);
  return String(answer.body['id']);
}
