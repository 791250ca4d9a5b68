import { z } from 'zod';
import { log, type LogAction } from './actions/log.ts';
import { output, type OutputAction } from './actions/output.ts';
import { publish, type PublishAction } from './actions/publish.ts';
import { webhook, type WebhookAction } from './actions/webhook.ts';
import { DomainError } from './errors.ts';
import type { Json } from './json.ts';
import { entryName } from './relays.ts';

/** What a rule may do (DECISIONS section 5, rule). */
export type Outcome = PublishAction | LogAction | OutputAction | WebhookAction;
const OUTCOMES = { publish, log, output, webhook };
const TYPES = Object.keys(OUTCOMES).join(', ');

const OPERATORS =
  'equal|notEqual|in|notIn|contains|doesNotContain|lessThan|lessThanInclusive|greaterThan|greaterThanInclusive';
const DECORATORS = 'someFact|someValue|everyFact|everyValue|swap|not';

/** A part of a fact: `.name` or `[0]` steps, with or without the leading `$` of JSON paths. */
const factPath = z
  .string()
  .regex(
    /^\$?(\.?[A-Za-z_][A-Za-z0-9_-]*)?(\.[A-Za-z_][A-Za-z0-9_-]*|\[\d+\])*$/,
    'must be steps such as $.reading.value or $.list[0]',
  );

export interface Comparison {
  readonly fact: string;
  readonly path?: string | undefined;
  readonly operator: string;
  readonly value: Json | { readonly fact: string; readonly path?: string | undefined };
}
export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | Comparison;

const comparison = z.strictObject({
  fact: entryName,
  path: factPath.optional(),
  operator: z
    .string()
    .regex(new RegExp(`^((${DECORATORS}):)*(${OPERATORS})$`), `must be one of ${OPERATORS.replaceAll('|', ', ')}`),
  value: z.union([z.strictObject({ fact: entryName, path: factPath.optional() }), z.json()]),
});

const condition: z.ZodType<Condition> = z.lazy(() =>
  z.union(
    [
      z.strictObject({ all: z.array(condition).min(1) }),
      z.strictObject({ any: z.array(condition).min(1) }),
      z.strictObject({ not: condition }),
      comparison as z.ZodType<Comparison>,
    ],
    'must be {all: […]}, {any: […]}, {not: …} or {fact, operator, value}, with the known operators',
  ),
);

const outcome = z.unknown().transform((input, context): Outcome => {
  const type = input !== null && typeof input === 'object' && 'type' in input ? input.type : undefined;
  if (typeof type !== 'string' || !Object.hasOwn(OUTCOMES, type)) {
    context.addIssue({ code: 'custom', message: `the type of an outcome must be one of: ${TYPES}` });
    return z.NEVER;
  }
  try {
    return OUTCOMES[type as keyof typeof OUTCOMES].parse(input);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
});
const outcomes = z.array(outcome).max(20).default([]);

const ruleSchema = z
  .strictObject({
    name: z.string().min(1).max(200),
    conditions: condition,
    /** Higher ones are judged first. */
    priority: z.int().min(1).max(1000).default(1),
    /** Done when the conditions hold. */
    outcomes,
    /** Done when they do not. */
    otherwise: outcomes,
  })
  .refine((rule) => rule.outcomes.length + rule.otherwise.length > 0, 'must have outcomes');

const nodeSchema = z.strictObject({
  description: z.string().optional(),
  rules: z
    .array(ruleSchema)
    .min(1, 'must hold a rule')
    .max(200)
    .refine((rules) => new Set(rules.map((rule) => rule.name)).size === rules.length, 'two rules have the same name'),
});

/** `RULES_FILE`: a rule node's name → its rules (DECISIONS section 9, Formats). */
export const rulesSchema = z.record(entryName, nodeSchema);
export type RulesConfig = z.output<typeof rulesSchema>;
export type RuleNode = RulesConfig[string];
export type Rule = RuleNode['rules'][number];

/** The facts that conditions name, without repetition. */
export function factsOf(conditions: Condition): string[] {
  if ('all' in conditions) return unique(conditions.all.flatMap(factsOf));
  if ('any' in conditions) return unique(conditions.any.flatMap(factsOf));
  if ('not' in conditions) return factsOf(conditions.not);
  const { fact, value } = conditions;
  const other = value !== null && typeof value === 'object' && 'fact' in value ? [value.fact as string] : [];
  return unique([fact, ...other]);
}

/** A sentence about an outcome that names a relay which is not configured, or null. */
export function rulesFault(rules: RulesConfig, relays: readonly string[]): string | null {
  const every = Object.entries(rules).flatMap(([node, { rules: list }]) =>
    list.flatMap((rule) =>
      [...rule.outcomes, ...rule.otherwise].map((done) => ({ where: `${node}, "${rule.name}"`, done })),
    ),
  );
  for (const { where, done } of every) {
    const fault = done.type === 'output' ? output.fault(done, { relays, ruleNodes: [], functions: [] }) : null;
    if (fault !== null) return `${where}: ${fault}`;
  }
  return null;
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
