import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { ACTION_TYPES, parseAction } from '../../domain/actions/index.ts';
import { relaysSchema } from '../../domain/relays.ts';
import { rulesFault, rulesSchema } from '../../domain/rules.ts';

const page = readFileSync(new URL('../../docs/actions.md', import.meta.url), 'utf8');
const blocks = (kind: string) =>
  [...page.matchAll(/^```(.+)\n([\s\S]*?)^```$/gm)].filter((block) => block[1] === kind).map((block) => block[2] ?? '');

describe('docs/actions.md', () => {
  it.each(blocks('json'))('its example is accepted: %s', (text) => {
    expect(() => parseAction(JSON.parse(text))).not.toThrow();
  });

  it('has an example of every action that it is about', () => {
    const shown = new Set(blocks('json').map((text) => (JSON.parse(text) as { type: string }).type));
    expect([...shown].sort()).toEqual(['file', 'function', 'output', 'rule', 'system', 'webhook']);
    for (const type of shown) expect(ACTION_TYPES).toContain(type);
  });

  it('its RELAYS and RULES_FILE are accepted, and fit each other', () => {
    const relays = relaysSchema.parse(parseYaml(blocks('yaml RELAYS')[0] ?? ''));
    const rules = rulesSchema.parse(parseYaml(blocks('yaml RULES_FILE')[0] ?? ''));
    expect(Object.keys(relays)).toEqual(['lights', 'pump', 'fan']);
    expect(rulesFault(rules, Object.keys(relays))).toBeNull();
  });
});
