import type { SystemRun } from './system-run.ts';

/** A consistent dump of the whole database with the jobs' export (DECISIONS section 5; gateway.txt, Backup & Recovery). */
export const backup: SystemRun<'backup'> = async ({ keep }, context) => {
  const made = await context.deps.backups.make(
    { keep, log: (message) => context.log('info', message) },
    context.stop.signal,
  );
  const { archive, sha256, bytes, tables, rows, removed } = made;
  return {
    message: `Backed up ${rows} rows of ${tables} tables to ${archive}`,
    data: { archive, sha256, bytes, tables, rows, removed },
    metrics: { rows_saved: rows, bytes_written: bytes, backups_removed: removed.length },
  };
};
