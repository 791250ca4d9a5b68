import { parseWith } from '../parse.ts';
import type { ScheduleKind } from './kind.ts';
import { specSchema } from './spec-fields.ts';

/** Only by hand or by dependency (DECISIONS section 3). */
export interface NoSchedule {
  readonly kind: 'none';
}

const schema = specSchema('none', {});

export const none: ScheduleKind<NoSchedule> = {
  kind: 'none',
  parse(input) {
    parseWith(schema, input, 'INVALID_SCHEDULE');
    return { kind: 'none' };
  },
  nextAfter: () => null,
  describe: () => 'by hand or by dependency only',
};
