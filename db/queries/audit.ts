import type { Insertable } from 'kysely';
import type { Face } from '../../domain/faces.ts';
import { cleanJson } from '../../domain/json.ts';
import type { Tx } from '../connect.ts';
import type { AuditTable } from '../schema.ts';

/** One change, as the audit keeps it: who, through which face, what, before → after, why (DECISIONS section 2). */
export interface AuditEntry {
  readonly actor: string;
  /** With which roles it changed a job; absent: the service itself did. */
  readonly roles?: readonly string[];
  /** `service` for what belongs to no face, such as API keys. */
  readonly face: Face | 'service';
  /** `job.create`, `job.update`, `job.enable`, `job.run`, `execution.cancel` … */
  readonly action: string;
  readonly jobId: string | null;
  readonly executionId: string | null;
  readonly before: unknown;
  readonly after: unknown;
  readonly reason: string | null;
  readonly correlationId: string;
}

/** Writes an entry, in the transaction of the change that it tells of. */
export async function writeAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  await tx.insertInto('audit').values(auditRow(entry)).execute();
}

/** An entry as its row, for statements that write it along with the change. */
export function auditRow(entry: AuditEntry): Insertable<AuditTable> {
  return {
    actor: entry.actor,
    face: entry.face,
    action: entry.action,
    job_id: entry.jobId,
    execution_id: entry.executionId,
    before: jsonOf(entry.before),
    after: jsonOf(entry.after),
    reason: entry.reason === null ? null : cleanJson(entry.reason),
    correlation_id: entry.correlationId,
  };
}

function jsonOf(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(cleanJson(value));
}
