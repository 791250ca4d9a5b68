import { z } from 'zod';
import { parseWith } from '../parse.ts';
import { entryName } from '../relays.ts';
import type { ActionKind } from './kind.ts';

/** Hands the run to a node of `RULES_FILE` (gateway.txt, Action Types; DECISIONS section 5). */
export interface RuleAction {
  readonly type: 'rule';
  readonly rule_node: string;
}

const schema = z.strictObject({ type: z.literal('rule'), rule_node: entryName });

export const rule: ActionKind<RuleAction> = {
  type: 'rule',
  parse: (input) => parseWith(schema, input, 'INVALID_ACTION'),
  // What follows from its rules may take time.
  isQuick: () => false,
  resources: () => [],
  fault({ rule_node: node }, { ruleNodes }) {
    if (ruleNodes.includes(node)) return null;
    const known = ruleNodes.length === 0 ? 'none is configured' : `configured are ${ruleNodes.join(', ')}`;
    return `rule_node: there is no rule node "${node}"; ${known} (RULES_FILE)`;
  },
  needsAdmin: () => false,
  describe: (action) => `apply the rules of ${action.rule_node}`,
};
