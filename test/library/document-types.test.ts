import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';

const root = new URL('../..', import.meta.url).pathname;

/** What the compiler says of a file in a project of somebody else's, who has Almanac installed. */
function faultsOf(source: string): string[] {
  const folder = tempFolder('scheduler-types-');
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/almanac'));
  symlinkSync(join(root, 'node_modules/@types'), join(folder, 'node_modules/@types'));
  const file = join(folder, 'program.mts');
  writeFileSync(file, source);
  const program = ts.createProgram([file], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    typeRoots: [join(root, 'node_modules/@types')],
    types: ['node'],
    strict: true,
    noEmit: true,
  });
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

/** console.txt, TypeScript Types, as printed. */
const DOCUMENT = `namespace Document {
  export interface ScheduledJob {
    id: number; taskFunctionId: number; taskFunctionKey: string; jobTypeId: number; jobTypeName: string;
    nameEn?: string; nameAr?: string; descriptionEn?: string; descriptionAr?: string; cronExpression?: string;
    intervalSeconds?: number; intervalMinutes?: number; intervalHours?: number; intervalDays?: number;
    priority: number; maxInstances: number; misfireGraceTime: number; coalesce: boolean; isEnabled: boolean;
    isActive: boolean; isPrimary: boolean; lastRunAt?: string; nextRunAt?: string; createdAt: string; updatedAt?: string;
  }
  export interface ScheduledJobExecution {
    id: number; jobId: number; executionId: string; scheduledAt: string; startedAt?: string; completedAt?: string;
    durationMs?: number; statusId: number; statusName: string; errorMessage?: string; resultSummary?: string;
    executorId: string; hostName: string;
  }
  export type JobAction = 'enable' | 'disable' | 'trigger' | 'pause' | 'resume';
  export interface JobActionRequest { action: JobAction }
  export interface JobActionResponse { success: boolean; message: string; executionId?: string; job: ScheduledJob }
  export interface SchedulerStatus {
    isRunning: boolean; mode: string; instanceId: string; activeInstances: number; totalJobs: number;
    enabledJobs: number; runningExecutions: number; lastHeartbeat: string;
  }
}`;

const NAMES = [
  'ScheduledJob',
  'ScheduledJobExecution',
  'JobAction',
  'JobActionRequest',
  'JobActionResponse',
  'SchedulerStatus',
] as const;

/** Holds each of our types, as `wrap` changes it, against that of the document. */
const comparison = (wrap: (type: string) => string) => `${DOCUMENT}
  type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
  type Flat<T> = T extends object ? { [K in keyof T]: Flat<T[K]> } : T;
  ${NAMES.map((name) => `export const ${name}: Same<Flat<${wrap(`Almanac.${name}`)}>, Flat<Document.${name}>> = true;`).join('\n')}`;

const PROGRAM = `import type * as Almanac from 'almanac/scheduler';
  import { createScheduler, type ScheduledJobCreate, type ScheduledJobUpdate } from 'almanac/scheduler';
  import type { FunctionContext } from 'almanac/functions';
  const run = async ({ payload, log }: FunctionContext<{ source: string }>) => {
    log.info(payload.source.toUpperCase());
    return { summary: 'done' };
  };
  const scheduler = createScheduler({ mode: 'embedded', functions: { sync: { nameEn: 'Sync', run } } });
  const wanted: ScheduledJobCreate = { taskFunctionId: 1, intervalMinutes: 30, nameAr: 'مزامنة' };
  const change: ScheduledJobUpdate = { isEnabled: false };
  const { id } = await scheduler.createJob(wanted, 'me');
  const [executionId, job] = await scheduler.triggerJobNow(id);
  const shown: string = executionId + job.taskFunctionKey + (await scheduler.updateJob(id, change)).createdAt;
  console.log(shown);
  await scheduler.stop(true);`;

describe('the types of almanac/scheduler', () => {
  it('are those of the document, and fit a program that embeds the scheduler [C-208..C-213]', () => {
    expect(faultsOf(`${PROGRAM}\n${comparison((type) => type)}`)).toEqual([]);
  });

  it('differ from any others, and refuse a wrong program', () => {
    const wrong = PROGRAM.replace('intervalMinutes: 30', "intervalMinutes: '30'").replace(
      'isEnabled: false',
      'isEnable: 1',
    );
    const faults = faultsOf(`${wrong}\n${comparison((type) => `${type} | null`)}`);
    expect(faults.filter((fault) => fault.includes("'true' is not assignable"))).toHaveLength(NAMES.length);
    expect(faults).toHaveLength(NAMES.length + 2);
  });
});
