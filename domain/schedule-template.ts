import { z } from 'zod';
import { invalid, type Fault } from './errors.ts';
import type { Json, JsonObject } from './json.ts';
import { parseWith } from './parse.ts';

const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array'] as const;

/** One parameter of a template; without a default it must be given. */
export interface TemplateParameter {
  readonly type: (typeof TYPES)[number];
  readonly description: string;
  readonly default?: Json;
}

/**
 * The body of a schedule with places `{{name}}` (commands.txt, "Schedule templates"): a text that is one place alone takes
 * the value as it is, a place within a text its words. Variables of runs, `${NAME}`, stay as they are.
 */
export interface TemplateDefinition {
  readonly parameters: Readonly<Record<string, TemplateParameter>>;
  readonly schedule: JsonObject;
}

const PLACE = /\{\{\s*([^{}]*?)\s*\}\}/g;
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const MOST_PARAMETERS = 50;

const schema = z.strictObject({
  parameters: z
    .record(
      z.string().regex(NAME, 'must be a name of letters, digits and "_"'),
      z.strictObject({
        type: z.enum(TYPES, `must be one of: ${TYPES.join(', ')}`).default('string'),
        description: z.string('must be text').max(500, 'may have at most 500 characters').default(''),
        default: z.json().optional(),
      }),
      'must be an object such as {"hour": {"type": "integer", "default": 9}}',
    )
    .refine((given) => Object.keys(given).length <= MOST_PARAMETERS, `may be at most ${MOST_PARAMETERS}`)
    .default({}),
  schedule: z.record(z.string(), z.json(), 'must be an object: the body of a schedule, with places such as "{{hour}}"'),
});

/** Checks a definition: its places are declared, its defaults are of their types. Throws INVALID_INPUT. */
export function parseTemplate(input: unknown): TemplateDefinition {
  const { parameters, schedule } = parseWith(schema, input, 'INVALID_INPUT');
  const read = Object.fromEntries(
    Object.entries(parameters).map(([name, { default: usual, ...rest }]) => [
      name,
      { ...rest, ...(usual !== undefined && { default: usual }) },
    ]),
  );
  const undeclared = placesOf(schedule as Json).filter((name) => !Object.hasOwn(read, name));
  const faults: Fault[] = [
    ...undeclared.map((name) => ({ path: 'schedule', message: `uses {{${name}}}, which parameters do not declare` })),
    ...Object.entries(read).flatMap(([name, parameter]) => {
      const fault = parameter.default === undefined ? null : typeFault(parameter, parameter.default);
      return fault === null ? [] : [{ path: `parameters.${name}.default`, message: fault }];
    }),
  ];
  if (faults.length > 0) throw invalid('INVALID_INPUT', faults);
  return { parameters: read, schedule };
}

/** The values of all parameters: as given, else their defaults. Throws INVALID_INPUT naming every faulty one. */
export function templateValues({ parameters }: TemplateDefinition, given: JsonObject): JsonObject {
  const known = Object.keys(parameters);
  const faults: Fault[] = Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      path: `parameters.${name}`,
      message: `is none of the template's: ${known.join(', ') || 'it has none'}`,
    }));
  const values: Record<string, Json> = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    const value = Object.hasOwn(given, name) ? given[name] : parameter.default;
    const fault = value === undefined ? 'is missing: the template needs it' : typeFault(parameter, value);
    if (fault !== null) faults.push({ path: `parameters.${name}`, message: fault });
    else if (value !== undefined) values[name] = value;
  }
  if (faults.length > 0) throw invalid('INVALID_INPUT', faults);
  return values;
}

/** The body with its places filled in. */
export function fillTemplate(definition: TemplateDefinition, values: JsonObject): JsonObject {
  return fill(definition.schedule, values) as JsonObject;
}

function fill(value: Json, values: JsonObject): Json {
  if (typeof value === 'string') return fillText(value, values);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: Json) => fill(item, values));
  return Object.fromEntries(Object.entries(value as JsonObject).map(([name, item]) => [name, fill(item, values)]));
}

function fillText(text: string, values: JsonObject): Json {
  const [alone] = text.matchAll(PLACE);
  if (alone !== undefined && alone[0] === text) return values[alone[1] ?? ''] ?? null;
  return text.replaceAll(PLACE, (_, name: string) => {
    const value = values[name] ?? null;
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
}

function placesOf(value: Json): string[] {
  if (typeof value === 'string') return [...value.matchAll(PLACE)].map((match) => match[1] ?? '');
  if (value === null || typeof value !== 'object') return [];
  return [...new Set(Object.values(value as JsonObject).flatMap(placesOf))];
}

function typeFault({ type }: TemplateParameter, value: Json): string | null {
  const is =
    type === 'integer'
      ? Number.isSafeInteger(value)
      : type === 'array'
        ? Array.isArray(value)
        : type === 'object'
          ? value !== null && typeof value === 'object' && !Array.isArray(value)
          : typeof value === type;
  return is ? null : `must be of type ${type}`;
}
