import { z } from '@hono/zod-openapi';
import { CLAIMS, type Claim } from '../translate/claimant.ts';

const MEANING: Readonly<Record<Claim, { description: string; example: string }>> = {
  created: {
    description: 'Who makes it; without it, who the credential speaks for. Each may make MAX_SCHEDULES_PER_CREATOR.',
    example: 'notification-service',
  },
  triggered: { description: 'Who asks for the run; shown with the execution.', example: 'admin' },
  performed: { description: 'Who makes the change; kept in the audit.', example: 'admin' },
};

/** A header of the document, for the API reference; `claimantOf` checks it. */
export function claim(which: Claim) {
  const { description, example } = MEANING[which];
  return z.object({ [CLAIMS[which]]: z.string().optional().openapi({ description, example }) });
}
