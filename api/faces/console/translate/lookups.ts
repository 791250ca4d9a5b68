import type { ExecutionState } from '../../../../domain/execution.ts';

/** One line of a lookup of console.txt: a stable integer, its word, and what people read. */
export interface Lookup {
  readonly id: number;
  readonly name: string;
  readonly nameEn: string;
  readonly nameAr: string;
}

/** console.txt, Get Job Types. */
export const JOB_TYPES = [
  { id: 1, name: 'interval', nameEn: 'Interval', nameAr: 'فاصل زمني' },
  { id: 2, name: 'cron', nameEn: 'Cron', nameAr: 'تعبير كرون' },
] as const satisfies readonly Lookup[];

export type JobType = (typeof JOB_TYPES)[number];

export function jobTypeOf(kind: string): JobType {
  return kind === 'cron' ? JOB_TYPES[1] : JOB_TYPES[0];
}

/** console.txt, Get Execution Statuses, continued by DECISIONS section 9; each stands for one or two states. */
export const EXECUTION_STATUSES = [
  { id: 1, name: 'pending', nameEn: 'Pending', nameAr: 'قيد الانتظار', states: ['queued', 'waiting'] },
  { id: 2, name: 'running', nameEn: 'Running', nameAr: 'قيد التشغيل', states: ['running'] },
  { id: 3, name: 'success', nameEn: 'Success', nameAr: 'ناجح', states: ['succeeded'] },
  { id: 4, name: 'failed', nameEn: 'Failed', nameAr: 'فاشل', states: ['failed'] },
  { id: 5, name: 'cancelled', nameEn: 'Cancelled', nameAr: 'ملغى', states: ['cancelled'] },
  { id: 6, name: 'timeout', nameEn: 'Timed out', nameAr: 'انتهت المهلة', states: ['timed_out'] },
  { id: 7, name: 'skipped', nameEn: 'Skipped', nameAr: 'تم تخطيه', states: ['skipped'] },
  { id: 8, name: 'missed', nameEn: 'Missed', nameAr: 'فائت', states: ['missed'] },
] as const satisfies readonly (Lookup & { readonly states: readonly ExecutionState[] })[];

export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number];

const BY_STATE = new Map<ExecutionState, ExecutionStatus>(
  EXECUTION_STATUSES.flatMap((status) => status.states.map((state) => [state, status] as const)),
);

export function statusOf(state: ExecutionState): ExecutionStatus {
  return BY_STATE.get(state) ?? EXECUTION_STATUSES[0];
}

/** The states that a status id stands for; null: there is no such status. */
export function statesOf(statusId: number): readonly ExecutionState[] | null {
  return EXECUTION_STATUSES.find(({ id }) => id === statusId)?.states ?? null;
}
