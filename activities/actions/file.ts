import type { FileAction } from '../../domain/actions/file.ts';
import { generateReport } from './file/generate-report.ts';
import { rotate } from './file/rotate.ts';
import type { ActionHandler } from './handler.ts';

/** File operations inside `SANDBOX_DIR` only (DECISIONS section 5, file). */
export const file: ActionHandler<FileAction> = {
  run: (action, context) => (action.operation === 'rotate' ? rotate(action, context) : generateReport(action, context)),
};
