import { describe, expect, it } from 'vitest';
import { action, actionPart } from '../../../../api/faces/gateway/schema/action-docs.ts';
import { ACTION_FIELDS } from '../../../../api/faces/gateway/schema/action-fields.ts';
import { ACTION_TYPES, parseAction } from '../../../../domain/actions/index.ts';
import { gateway } from '../../../../api/faces/gateway/gateway.ts';
import { openApiDocument } from '../../../../api/http/openapi-document.ts';
import { LIMITS } from '../../../support/engine.ts';

/** A field that the domain fills in where it is left out, and one that stands for another. */
const ALSO: Readonly<Record<string, readonly string[]>> = { publish: ['payload_template'] };

describe.each(ACTION_TYPES)('the reference of %s', (type) => {
  const { fields, examples, required } = ACTION_FIELDS[type] ?? { fields: {}, examples: [], required: [] };

  it('names every field that the action takes, and no other', () => {
    const taken = new Set(examples.flatMap((example) => Object.keys(parseAction(example))));
    const documented = ['type', ...Object.keys(fields)];
    expect(documented.filter((name) => !ALSO[type]?.includes(name)).sort()).toEqual([...taken].sort());
  });

  it('has examples that show every field and are accepted as they are', () => {
    const shown = new Set(examples.flatMap((example) => Object.keys(example)));
    for (const name of Object.keys(fields)) if (!ALSO[type]?.includes(name)) expect([...shown]).toContain(name);
  });

  it('calls required what can not be left out', () => {
    const only = (example: object, names: readonly string[]) =>
      Object.fromEntries(Object.entries(example).filter(([name]) => names.includes(name)));
    const isAccepted = (example: object) => {
      try {
        return parseAction(example).type === type;
      } catch {
        return false;
      }
    };
    expect(examples.some((example) => isAccepted(only(example, ['type', ...required])))).toBe(true);
    for (const missing of required) {
      const rest = ['type', ...required, ...Object.keys(fields)].filter((name) => name !== missing);
      for (const example of examples) expect(isAccepted(only(example, rest)), missing).toBe(false);
    }
  });
});

it('stands in the OpenAPI document, whole for creations and in parts for changes', () => {
  const about = { title: '', description: '', version: '1', servers: [] };
  const text = openApiDocument(gateway.build({ limits: LIMITS, now: () => 0 }), about);
  type Shape = { title: string; required: string[]; properties: object };
  const { schemas } = (
    JSON.parse(text) as {
      components: { schemas: Record<string, { properties?: { action?: { oneOf?: Shape[]; anyOf?: Shape[] } } }> };
    }
  ).components;
  const found = Object.values(schemas).flatMap((schema) => schema.properties?.action ?? []);
  const whole = found.flatMap(({ oneOf }) => oneOf ?? []);
  expect(new Set(whole.map(({ title }) => title))).toEqual(new Set(ACTION_TYPES));
  expect(whole.find(({ title }) => title === 'webhook')).toMatchObject({ required: ['type', 'url'] });
  const part = found.flatMap(({ anyOf }) => anyOf ?? []);
  expect(part.every(({ required }) => required.length === 0)).toBe(true);
  expect(new Set(part.map(({ title }) => title))).toEqual(new Set(ACTION_TYPES));
  expect(action.safeParse(undefined).success && actionPart.safeParse({}).success).toBe(true);
});
