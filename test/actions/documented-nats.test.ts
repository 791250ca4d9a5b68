import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { parseAction, surroundingsFault } from '../../domain/actions/index.ts';
import { commandSchemas } from '../../domain/command-rules.ts';
import { retryClassOf } from '../../domain/retry.ts';
import { VARIABLE_NAMES } from '../../start/variables.ts';

const page = readFileSync(new URL('../../docs/nats.md', import.meta.url), 'utf8');
const block = (kind: string) => new RegExp(`^\`\`\`${kind}\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page)?.[1] ?? '';

describe('docs/nats.md', () => {
  it('shows a command that is accepted, and schemas that hold for it', () => {
    const action = parseAction(JSON.parse(block('json')));
    const schemas = commandSchemas.parse(parseYaml(block('yaml COMMAND_SCHEMAS')));
    const commands = { whitelist: ['cmd.>'], schemas };
    const surroundings = { relays: [], ruleNodes: [], functions: [], commands };
    expect(action.type).toBe('command');
    expect(surroundingsFault(action, surroundings)).toBeNull();
    const wrong = parseAction({ ...action, payload: { notification_type: 'weekly' } });
    expect(surroundingsFault(wrong, surroundings)).toContain('must be equal to one of the allowed values');
  });

  it('names every variable of NATS, and the classes that failures really have', () => {
    for (const name of VARIABLE_NAMES.filter((each) => /^(NATS|COMMAND)_/.test(each))) expect(page).toContain(name);
    const rows = [...page.matchAll(/^\| (`.*?)\s+\| `(unreachable|timeout|refused)`\s+\|/gm)];
    const told = rows.flatMap(([, types = '', name]) =>
      [...types.matchAll(/`([A-Z]\w+)`/g)].map(([, type = '']) => [type, name]),
    );
    expect(told.length).toBe(5);
    for (const [type = '', name] of told) expect([type, retryClassOf(type)]).toEqual([type, name]);
  });
});
