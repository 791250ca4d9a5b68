import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import { z } from 'zod';
import type { Json } from './json.ts';
import { subjectFits, subjectPatternFault } from './nats-subject.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

/** What commands may be sent, and how their payloads must look (commands.txt, Security). */
export interface CommandRules {
  /** Patterns of subjects (COMMAND_WHITELIST). */
  readonly whitelist: readonly string[];
  /** A pattern of subjects → a JSON Schema of their payloads (COMMAND_SCHEMAS). Every one that fits must hold. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
}

/** What holds where nothing is configured (DECISIONS section 5, command). */
export const DEFAULT_COMMAND_RULES: CommandRules = { whitelist: ['cmd.>'], schemas: {} };

const pattern = z.string().superRefine((text, context) => {
  const fault = subjectPatternFault(text);
  if (fault !== null) context.addIssue({ code: 'custom', message: `"${text}" ${fault}` });
});

export const commandWhitelist = z.array(pattern);

export const commandSchemas: z.ZodType<CommandRules['schemas']> = z.record(
  pattern,
  z.record(z.string(), z.unknown(), 'must be a JSON Schema').superRefine((schema, context) => {
    const fault = schemaFault(schema);
    if (fault !== null) context.addIssue({ code: 'custom', message: `is not a JSON Schema: ${fault}` });
  }),
);

/** A sentence about a subject that no pattern of the whitelist takes, or null. */
export function subjectRefusal(subject: string, { whitelist }: CommandRules): string | null {
  if (whitelist.some((allowed) => subjectFits(allowed, subject))) return null;
  const allowed = whitelist.length === 0 ? 'none is' : `allowed are ${whitelist.join(', ')}`;
  return `target_command: the command "${subject}" is not allowed; ${allowed} (COMMAND_WHITELIST)`;
}

/** A sentence about a payload that a schema of its command refuses, or null. */
export function payloadRefusal(subject: string, payload: Json, { schemas }: CommandRules): string | null {
  for (const [fits, schema] of Object.entries(schemas)) {
    if (!subjectFits(fits, subject)) continue;
    const check = compiled(schema);
    if (check(payload) === true) continue;
    return `payload: the schema of ${fits} (COMMAND_SCHEMAS) refuses it: ${describe(check.errors ?? [])}`;
  }
  return null;
}

/** A sentence about something that is not a JSON Schema, or null. */
function schemaFault(schema: JsonSchema): string | null {
  try {
    compiled(schema);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The package is CommonJS: what its types call the default export is a property of the real one. */
const addFormats = addFormatsModule as unknown as (ajv: Ajv) => Ajv;
/** Unknown keywords are notes, as JSON Schema says; a schema names its draft, and 2020-12 holds where it names none. */
const OPTIONS = { strict: false, allErrors: true } as const;
const DRAFT_7 = /^https?:\/\/json-schema\.org\/draft-0[67]\//;
const checks = new WeakMap<JsonSchema, ValidateFunction>();

function compiled(schema: JsonSchema): ValidateFunction {
  const known = checks.get(schema);
  if (known !== undefined) return known;
  const isDraft7 = typeof schema['$schema'] === 'string' && DRAFT_7.test(schema['$schema']);
  const ajv = isDraft7 ? new Ajv(OPTIONS) : new Ajv2020(OPTIONS);
  addFormats(ajv);
  const check = ajv.compile(schema);
  checks.set(schema, check);
  return check;
}

const MOST_TOLD = 5;

function describe(errors: readonly ErrorObject[]): string {
  const told = errors.slice(0, MOST_TOLD).map(({ instancePath, message = 'is wrong' }) => {
    return `${instancePath === '' ? 'it' : instancePath.slice(1).replaceAll('/', '.')} ${message}`;
  });
  const more = errors.length > MOST_TOLD ? `; and ${errors.length - MOST_TOLD} more` : '';
  return told.join('; ') + more;
}
