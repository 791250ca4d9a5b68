import { z } from 'zod';
import { invalid } from '../errors.ts';
import { parseWith } from '../parse.ts';
import { entryName } from '../relays.ts';
import type { ActionKind } from './kind.ts';

/** Sets a relay (gateway.txt, Action Types). A pulse is on for `duration_ms`, then off. */
export type OutputAction =
  | { readonly type: 'output'; readonly relay: string; readonly value: 'on' | 'off' | 'toggle' }
  | { readonly type: 'output'; readonly relay: string; readonly value: 'pulse'; readonly duration_ms: number };

const DEFAULT_PULSE_MS = 500;

const WORDS: Readonly<Record<string, string>> = { true: 'on', false: 'off', '1': 'on', '0': 'off' };

const schema = z.strictObject({
  type: z.literal('output'),
  relay: entryName,
  value: z.preprocess(
    (value) => {
      const word = typeof value === 'string' ? value.toLowerCase() : String(value);
      return WORDS[word] ?? word;
    },
    z.enum(['on', 'off', 'toggle', 'pulse'], 'must be on, off, toggle or pulse'),
  ),
  duration_ms: z
    .int('must be whole milliseconds')
    .min(10, 'must be at least 10 ms')
    .max(3_600_000, 'may be at most 3600000 ms (an hour)')
    .nullable()
    .default(null),
});

export const output: ActionKind<OutputAction> = {
  type: 'output',
  parse(input) {
    const { type, relay, value, duration_ms } = parseWith(schema, input, 'INVALID_ACTION');
    if (value === 'pulse') return { type, relay, value, duration_ms: duration_ms ?? DEFAULT_PULSE_MS };
    if (duration_ms === null) return { type, relay, value };
    const message = `belongs to the value "pulse": use it to switch on for a while, or remove the duration`;
    throw invalid('INVALID_ACTION', [{ path: 'duration_ms', message }]);
  },
  // A pulse lasts, and a toggle asks before it sets: neither is one round trip (DESIGN section 1).
  isQuick: (action) => action.value === 'on' || action.value === 'off',
  resources: (action) => [`relay:${action.relay}`],
  fault: ({ relay }, { relays }) =>
    relays.includes(relay) ? null : `relay: there is no relay "${relay}"; ${namesIn(relays)} (RELAYS)`,
  needsAdmin: () => false,
  describe: (action) =>
    action.value === 'pulse'
      ? `pulse ${action.relay} for ${action.duration_ms} ms`
      : `switch ${action.relay} ${action.value}`,
};

function namesIn(relays: readonly string[]): string {
  return relays.length === 0 ? 'none is configured' : `configured are ${relays.join(', ')}`;
}
