import type { Face } from './faces.ts';
import { stampOf } from './ids.ts';

/** A job as its face's clients know it: its UUID, and the integer of its face's sequence. */
export interface Numbered {
  readonly id: string;
  readonly face: Face;
  readonly number: number;
}

/** `job_001`: at least three digits. */
export function gatewayJobId(number: number): string {
  return `job_${String(number).padStart(3, '0')}`;
}

/** `exec_20250312151030123`: the time of its making, and more digits where two share a millisecond. */
export function gatewayExecutionId(uuid: string): string {
  return `exec_${stampOf(uuid)}`;
}

/** How each face spells the id of a job (DECISIONS section 1). */
const JOB_IDS: Readonly<Record<Face, (job: Numbered) => string>> = {
  gateway: ({ number }) => gatewayJobId(number),
  console: ({ number }) => String(number),
  commands: ({ id }) => id,
  reviewer: ({ number }) => String(number),
  tasks: ({ id }) => id,
};

export function publicJobId(job: Numbered): string {
  return JOB_IDS[job.face](job);
}

const uuidAsItIs = (uuid: string): string => uuid;

/** The same of an execution. Integers of a face are drawn where it is stored, so that those who are told get the UUID. */
const EXECUTION_IDS: Readonly<Record<Face, (uuid: string) => string>> = {
  gateway: gatewayExecutionId,
  console: uuidAsItIs,
  commands: uuidAsItIs,
  reviewer: uuidAsItIs,
  tasks: uuidAsItIs,
};

export function publicExecutionId(face: Face, uuid: string): string {
  return EXECUTION_IDS[face](uuid);
}
