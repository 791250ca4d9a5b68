import { Engine, type RuleProperties } from 'json-rules-engine';
import { ActionFailure } from '../activities/actions/handler.ts';
import type { RuleBook, RuleVerdict } from '../activities/deps.ts';
import type { Json } from '../domain/json.ts';
import { factsOf, type Rule, type RulesConfig } from '../domain/rules.ts';

/** What the engine hands back with a rule that holds or does not: the rule's place in its node. */
const EVENT = 'judged';

/** The rules of `RULES_FILE`, judged by json-rules-engine (DECISIONS section 5, rule). */
export function openRuleBook(config: RulesConfig): RuleBook {
  const nodes = new Map(Object.entries(config));
  return {
    async judge(name, facts) {
      const node = nodes.get(name);
      if (node === undefined) return null;
      const engine = new Engine(node.rules.map(propertiesOf), { pathResolver: stepInto });
      for (const fact of new Set(node.rules.flatMap((rule) => factsOf(rule.conditions)))) {
        engine.addFact(fact, known(fact, name, facts));
      }
      const { events } = await engine.run();
      const held = new Set(events.map((event) => Number(event.params?.['place'])));
      const verdicts = node.rules.map((rule, place): RuleVerdict & { priority: number } => {
        const holds = held.has(place);
        return {
          rule: rule.name,
          held: holds,
          outcomes: holds ? rule.outcomes : rule.otherwise,
          priority: rule.priority,
        };
      });
      return verdicts.sort((a, b) => b.priority - a.priority);
    },
  };
}

function propertiesOf(rule: Rule, place: number): RuleProperties {
  // The engine's types know no shared names of conditions that ours leave out; ours are a part of its own form.
  const conditions = 'all' in rule.conditions || 'any' in rule.conditions || 'not' in rule.conditions;
  const top = conditions ? rule.conditions : { all: [rule.conditions] };
  const event = { type: EVENT, params: { place } };
  return { name: rule.name, priority: rule.priority, conditions: top as RuleProperties['conditions'], event };
}

function known(fact: string, node: string, facts: (name: string) => Json | undefined): Json {
  const value = facts(fact);
  if (value !== undefined) return value;
  throw new ActionFailure(
    'UnknownFact',
    `The rules of ${node} ask for ${fact}, which is not known. Give it as a run parameter, in the job's variables, or as ` +
      'an MQTT value (MQTT_VALUES) that has arrived.',
    { retryable: false },
  );
}

/** `$.reading.list[0]`: names and numbers only, so that no path can run code as JSONPath filters may. */
function stepInto(value: object, path: string): unknown {
  const steps = path.match(/[A-Za-z_][A-Za-z0-9_-]*|\d+/g) ?? [];
  return steps.reduce<unknown>((inner, step) => {
    if (inner === null || typeof inner !== 'object' || !Object.hasOwn(inner, step)) return undefined;
    return (inner as Record<string, unknown>)[step];
  }, value);
}
