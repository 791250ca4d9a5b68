import { describe, expect, it } from 'vitest';
import {
  ACTION_TYPES,
  describeAction,
  isQuick,
  needsAdmin,
  parseAction,
  resourcesOf,
  surroundingsFault,
} from '../../domain/actions/index.ts';

/** The documents' own examples, and what is kept of them: defaults filled in. */
const EXAMPLES = [
  [{ type: 'output', relay: 'relay_1', value: 'on' }, {}],
  [{ type: 'output', relay: 'lights', value: 'on' }, {}],
  [{ type: 'output', relay: 'relay_1', value: 'pulse' }, { duration_ms: 500 }],
  [{ type: 'system', operation: 'restart' }, { parameters: {} }],
  [{ type: 'system', operation: 'backup' }, { parameters: { keep: 7 } }],
  [
    {
      type: 'system',
      operation: 'health_check',
      parameters: { check_services: true, check_storage: true, check_network: true },
    },
    {},
  ],
  [
    { type: 'file', operation: 'rotate', pattern: '*.log' },
    { keep: 7, compress: true, max_age_days: null, max_size_mb: null, copy_truncate: false },
  ],
  [
    { type: 'file', operation: 'generate_report' },
    { format: 'html', time_range: '7d', tags: null, path: null },
  ],
  [{ type: 'rule', rule_node: 'alert' }, {}],
  [
    { type: 'webhook', url: 'https://example.com/hook' },
    { method: 'POST', headers: {}, body: null, max_redirects: 3 },
  ],
] as const;

describe('actions in the form of gateway.txt [G-045..G-050, G-212, G-217, G-229, G-238..G-248]', () => {
  it.each(EXAMPLES)('%j is accepted, and what is kept is accepted again unchanged', (example, filled) => {
    const kept = parseAction(example);
    expect(kept).toEqual({ ...example, ...filled });
    expect(parseAction(kept)).toEqual(kept);
    expect(parseAction(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
    expect(describeAction(kept)).not.toBe('');
  });

  it('lists every type', () => {
    expect(ACTION_TYPES).toEqual(expect.arrayContaining(['output', 'system', 'file', 'rule', 'webhook']));
  });

  it('takes parameters of file operations beside the operation or below "parameters"', () => {
    const nested = { type: 'file', operation: 'generate_report', parameters: { format: 'csv', tags: ['a'] } };
    expect(parseAction(nested)).toEqual(
      parseAction({ type: 'file', operation: 'generate_report', format: 'csv', tags: ['a'] }),
    );
  });

  it.each([
    [true, 'on'],
    ['OFF', 'off'],
    [0, 'off'],
  ])('reads the value %j of an output as %s', (value, word) => {
    expect(parseAction({ type: 'output', relay: 'r', value })).toMatchObject({ value: word });
  });
});

describe('faulty actions are refused with a sentence [G-354]', () => {
  it.each([
    [{ type: 'output', relay: 'r', value: 'dim' }, 'value: must be on, off, toggle or pulse'],
    [{ type: 'output', relay: 'r', value: 'on', duration_ms: 100 }, 'belongs to the value "pulse"'],
    [{ type: 'output', relay: 'r', value: 'pulse', duration_ms: 3_600_001 }, 'an hour'],
    [{ type: 'output', relay: '../r', value: 'on' }, 'relay: use at most 64'],
    [{ type: 'system', operation: 'shutdown' }, 'must be one of: health_check, backup, restart'],
    [{ type: 'system', operation: 'backup', parameters: { keep: 0 } }, 'parameters.keep: must be at least 1'],
    [{ type: 'system', operation: 'health_check', parameters: { check_disk: true } }, 'parameters.check_disk: unknown'],
    [
      {
        type: 'system',
        operation: 'health_check',
        parameters: { check_services: false, check_storage: false, check_network: false },
      },
      'must check something',
    ],
    [{ type: 'file', operation: 'delete', pattern: '*' }, 'must be one of: rotate, generate_report'],
    [{ type: 'file', operation: 'rotate' }, 'pattern'],
    [{ type: 'file', operation: 'rotate', pattern: '../*.log' }, 'pattern: may not hold ".."'],
    [{ type: 'file', operation: 'rotate', pattern: '/var/log/*.log' }, 'pattern: may not be absolute'],
    [{ type: 'file', operation: 'rotate', pattern: 'C:/x.log' }, 'pattern: may not be absolute'],
    [{ type: 'file', operation: 'rotate', pattern: 'a\\..\\b' }, 'backslash'],
    [{ type: 'file', operation: 'rotate', pattern: 'a/./b' }, 'empty parts or "."'],
    [{ type: 'file', operation: 'rotate', pattern: 'a\u0000b' }, 'control characters'],
    [{ type: 'file', operation: 'generate_report', path: 'a/../../b' }, 'path: may not hold ".."'],
    [{ type: 'file', operation: 'generate_report', format: 'pdf' }, 'must be one of: html, csv, json'],
    [{ type: 'file', operation: 'generate_report', time_range: '1y' }, 'must be one of: 24h, 7d, 30d, 90d'],
    [{ type: 'rule' }, 'rule_node'],
    [{ type: 'webhook', url: 'ftp://example.com' }, 'must begin with https:// or http://'],
    [{ type: 'webhook', url: 'https://user:secret@example.com' }, 'may not hold a user or password'],
    [{ type: 'webhook', url: 'https://e.com/${a b}' }, 'is not a variable name'],
    [{ type: 'webhook', url: 'https://e.com', body: '{"x": ${}}' }, 'is not a variable name'],
    [{ type: 'webhook', url: 'https://e.com', method: 'GET', body: {} }, 'a GET carries no body'],
    [{ type: 'webhook', url: 'https://e.com', headers: { Host: 'x' } }, 'is set by the request itself'],
    [{ type: 'webhook', url: 'https://e.com', headers: { 'Webhook-Signature': 'x' } }, 'is set by the request itself'],
    [{ type: 'webhook', url: 'https://e.com', headers: { 'a b': 'x' } }, 'is not a header name'],
    [{ type: 'webhook', url: 'https://e.com', max_redirects: 6 }, 'must be 0 to 5'],
  ])('%j', (action, sentence) => {
    expect(() => parseAction(action)).toThrow(sentence);
  });
});

describe('what an action is', () => {
  const surroundings = { relays: ['lights'], ruleNodes: ['alert'], functions: ['hris_sync'] };

  it('refuses a relay or a rule node that is not configured, and names those that are [G-239, G-248]', () => {
    const fault = (action: unknown) => surroundingsFault(parseAction(action), surroundings);
    expect(fault({ type: 'output', relay: 'lights', value: 'on' })).toBeNull();
    expect(fault({ type: 'output', relay: 'heater', value: 'on' })).toContain(
      'no relay "heater"; configured are lights',
    );
    expect(fault({ type: 'rule', rule_node: 'alert' })).toBeNull();
    expect(fault({ type: 'rule', rule_node: 'alarm' })).toContain('no rule node "alarm"; configured are alert');
    expect(fault({ type: 'system', operation: 'restart' })).toBeNull();
    const nothing = { relays: [], ruleNodes: [], functions: [] };
    const none = surroundingsFault(parseAction({ type: 'rule', rule_node: 'x' }), nothing);
    expect(none).toContain('none is configured');
  });

  it('only system actions need the role admin [G-356]', () => {
    const guarded = EXAMPLES.map(([example]) => parseAction(example)).filter(needsAdmin);
    expect(new Set(guarded.map((action) => action.type))).toEqual(new Set(['system']));
  });

  it('counts as quick only what is one round trip', () => {
    const quick = (action: unknown) => isQuick(parseAction(action));
    expect(quick({ type: 'output', relay: 'r', value: 'on' })).toBe(true);
    expect(quick({ type: 'output', relay: 'r', value: 'off' })).toBe(true);
    expect(quick({ type: 'output', relay: 'r', value: 'toggle' })).toBe(false);
    expect(quick({ type: 'output', relay: 'r', value: 'pulse', duration_ms: 10 })).toBe(false);
    const others = EXAMPLES.map(([example]) => parseAction(example)).filter((action) => action.type !== 'output');
    expect(others.filter(isQuick)).toEqual([]);
  });

  it('names what conflicts are judged by', () => {
    const resources = (action: unknown) => resourcesOf(parseAction(action));
    expect(resources({ type: 'output', relay: 'lights', value: 'off' })).toEqual(['relay:lights']);
    expect(resources({ type: 'system', operation: 'backup' })).toEqual(['system:backup']);
    expect(resources({ type: 'file', operation: 'rotate', pattern: '*.log' })).toEqual(['file:*.log']);
  });
});
