import { parseWith } from '../parse.ts';
import type { Instant, ScheduleKind } from './kind.ts';
import { specSchema, wholeSecond } from './spec-fields.ts';

/** Once, at creation. */
export interface ImmediateSchedule {
  readonly kind: 'immediate';
  /** The second of creation. */
  readonly at: Instant;
}

const schema = specSchema('immediate', { at: wholeSecond.optional() });

export const immediate: ScheduleKind<ImmediateSchedule> = {
  kind: 'immediate',
  parse(input, { now }) {
    const { at } = parseWith(schema, input, 'INVALID_SCHEDULE');
    return { kind: 'immediate', at: at ?? Math.floor(now / 1000) * 1000 };
  },
  nextAfter: ({ at }, after) => (at > after ? at : null),
  describe: () => 'once, at creation',
};
