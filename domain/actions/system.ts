import { z } from 'zod';
import { parseWith } from '../parse.ts';
import type { ActionKind } from './kind.ts';

/** System operations (gateway.txt, Action Types); all need the role `admin` (Security Considerations). */
export type SystemAction =
  | {
      readonly type: 'system';
      readonly operation: 'health_check';
      readonly parameters: {
        readonly check_services: boolean;
        readonly check_storage: boolean;
        readonly check_network: boolean;
      };
    }
  | {
      readonly type: 'system';
      readonly operation: 'backup';
      /** `keep`: how many backups remain, this one included. */
      readonly parameters: { readonly keep: number };
    }
  | { readonly type: 'system'; readonly operation: 'restart'; readonly parameters: Readonly<Record<string, never>> };

export type SystemOperation = SystemAction['operation'];

const yes = z.boolean('must be true or false').default(true);
const type = z.literal('system');

const schema = z.discriminatedUnion(
  'operation',
  [
    z.strictObject({
      type,
      operation: z.literal('health_check'),
      parameters: z
        .strictObject({ check_services: yes, check_storage: yes, check_network: yes })
        .refine((checks) => Object.values(checks).some(Boolean), 'must check something: leave one of the checks true')
        .prefault({}),
    }),
    z.strictObject({
      type,
      operation: z.literal('backup'),
      parameters: z
        .strictObject({ keep: z.int().min(1, 'must be at least 1').max(1000, 'may be at most 1000').default(7) })
        .prefault({}),
    }),
    z.strictObject({ type, operation: z.literal('restart'), parameters: z.strictObject({}).prefault({}) }),
  ],
  'must be one of: health_check, backup, restart',
);

export const system: ActionKind<SystemAction> = {
  type: 'system',
  parse: (input) => parseWith(schema, input, 'INVALID_ACTION'),
  isQuick: () => false,
  resources: (action) => [`system:${action.operation}`],
  fault: () => null,
  needsAdmin: () => true,
  describe: (action) => action.operation.replace('_', ' '),
};
