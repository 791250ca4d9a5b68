import { z } from 'zod';
import { parseWith } from '../parse.ts';
import { templateFault } from '../templates.ts';
import type { ActionKind } from './kind.ts';

/** A structured log line, kept with the execution (gateway.txt, Action Types). `message` is a template. */
export interface LogAction {
  readonly type: 'log';
  readonly message: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
}

const schema = z.strictObject({
  type: z.literal('log'),
  message: z
    .string()
    .min(1, 'must say something')
    .max(8192, 'may have at most 8192 characters')
    .superRefine((text, context) => {
      const fault = templateFault(text);
      if (fault !== null) context.addIssue({ code: 'custom', message: fault });
    }),
  level: z
    .preprocess((level) => (level === 'warning' ? 'warn' : level), z.enum(['debug', 'info', 'warn', 'error']))
    .default('info'),
});

export const log: ActionKind<LogAction> = {
  type: 'log',
  parse: (input) => parseWith(schema, input, 'INVALID_ACTION'),
  isQuick: () => true,
  resources: () => [],
  fault: () => null,
  needsAdmin: () => false,
  describe: (action) => `log "${action.message.slice(0, 60)}"`,
};
