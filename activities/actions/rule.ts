import type { RuleAction } from '../../domain/actions/rule.ts';
import type { Json } from '../../domain/json.ts';
import type { Outcome } from '../../domain/rules.ts';
import type { ActionResult } from '../../domain/execution.ts';
import { ActionFailure, type ActionContext, type ActionHandler } from './handler.ts';
import { log } from './log.ts';
import { output } from './output.ts';
import { publish } from './publish.ts';
import { webhook } from './webhook.ts';

const OUTCOMES: { readonly [T in Outcome['type']]: ActionHandler<Extract<Outcome, { readonly type: T }>> } = {
  publish,
  log,
  output,
  webhook,
};

/** Judges a node of RULES_FILE and does what follows, rule by rule (DECISIONS section 5, rule). */
export const rule: ActionHandler<RuleAction> = {
  async run(action, context) {
    const node = action.rule_node;
    const verdicts = await context.deps.rules.judge(node, (name) => factOf(name, context));
    if (verdicts === null) {
      throw new ActionFailure(
        'UnknownRuleNode',
        `There is no rule node "${node}": add it to RULES_FILE, or change the job.`,
        {
          retryable: false,
        },
      );
    }
    const failures: unknown[] = [];
    const done: Json[] = [];
    for (const { rule: name, held, outcomes } of verdicts) {
      context.log('info', `Rule "${name}" ${held ? 'holds' : 'does not hold'}`);
      for (const outcome of outcomes) {
        const within = { ...context, lookup: lookupIn(node, name, context) };
        const result = await doOutcome(outcome, within).catch((error: unknown) => {
          context.stop.throwIfAborted();
          failures.push(error);
          context.log('error', `Rule "${name}", ${outcome.type}: ${messageOf(error)}`);
          return null;
        });
        if (result !== null) done.push({ rule: name, type: outcome.type, message: result.message });
      }
    }
    if (failures.length > 0) throw together(node, failures);
    const matched = verdicts.filter((verdict) => verdict.held).map((verdict) => verdict.rule);
    return {
      message: `${matched.length} of ${verdicts.length} rules of ${node} hold; ${done.length} outcomes`,
      data: { rule_node: node, matched, outcomes: done },
      metrics: { rules_evaluated: verdicts.length, rules_matched: matched.length, outcomes_done: done.length },
    };
  },
};

function doOutcome(outcome: Outcome, context: ActionContext): Promise<ActionResult> {
  return (OUTCOMES[outcome.type] as ActionHandler<Outcome>).run(outcome, context);
}

/** Facts: the run's parameters and last MQTT values by their names, and the run itself as `execution` and `job`. */
function factOf(name: string, { run, parameters, lookup }: ActionContext): Json | undefined {
  const { executionId, jobId, jobName, tags, dueAt, trigger, attempt } = run;
  const own: Record<string, Json> = {
    execution: { id: executionId, trigger, attempt, scheduled_time: new Date(dueAt).toISOString() },
    job: { id: jobId, name: jobName, tags },
    parameters,
  };
  return Object.hasOwn(own, name) ? own[name] : lookup(name);
}

function lookupIn(node: string, ruleName: string, { lookup }: ActionContext) {
  const own: Record<string, Json> = { RULE_NODE: node, RULE_NAME: ruleName };
  return (name: string) => (Object.hasOwn(own, name) ? own[name] : lookup(name));
}

/** One failure for all: another attempt is worth it when it may help one of them. */
function together(node: string, failures: readonly unknown[]): unknown {
  const [first] = failures;
  if (failures.length === 1) return first;
  const retryable = failures.some((failure) => !(failure instanceof ActionFailure) || failure.retryable);
  const message = `${failures.length} outcomes of ${node} failed: ${failures.map(messageOf).join('; ')}`;
  return new ActionFailure('OutcomesFailed', message, { retryable, cause: first });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
