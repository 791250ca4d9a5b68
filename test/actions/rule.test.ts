import { describe, expect, it } from 'vitest';
import { relaysSchema } from '../../domain/relays.ts';
import { rulesFault, rulesSchema } from '../../domain/rules.ts';
import { noBroker } from '../../worker/no-broker.ts';
import { openRelays } from '../../worker/relays/open-relays.ts';
import { openRuleBook } from '../../worker/rule-book.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { failing, silent, TestPublisher } from '../support/test-publisher.ts';
import { until } from '../support/until.ts';
import { acting, failureOf } from './acting.ts';

const RULES = {
  alert: {
    rules: [
      {
        name: 'hot',
        priority: 10,
        conditions: { all: [{ fact: 'TEMP', operator: 'greaterThan', value: 30 }] },
        outcomes: [
          { type: 'publish', topic: 'alerts/${RULE_NAME}', payload: '{"temp": ${TEMP}, "node": "${RULE_NODE}"}' },
          { type: 'output', relay: 'fan', value: 'on' },
        ],
        otherwise: [{ type: 'output', relay: 'fan', value: 'off' }],
      },
      {
        name: 'by hand',
        priority: 20,
        conditions: {
          all: [
            { fact: 'execution', path: '$.trigger', operator: 'equal', value: 'manual' },
            { any: [{ fact: 'job', path: 'tags', operator: 'contains', value: 'daily' }] },
            { not: { fact: 'parameters', path: '$.quiet', operator: 'equal', value: true } },
          ],
        },
        outcomes: [{ type: 'log', message: '${JOB_NAME} was run by hand', level: 'warn' }],
      },
    ],
  },
};
const action = { type: 'rule', rule_node: 'alert' };

function world(rules: unknown = RULES, latest: Record<string, number> = {}) {
  const publisher = new TestPublisher();
  const relays = relaysSchema.parse({ fan: { driver: 'file', path: 'fan' } });
  const home = tempFolder('almanac-rule-');
  return {
    publisher,
    rules: openRuleBook(rulesSchema.parse(rules)),
    relay: openRelays(relays, { mqtt: noBroker(), home, expirySeconds: 60 }),
    latestValue: (name: string) => latest[name],
  };
}

describe('the rule action [G-247, G-248]', () => {
  it('does what follows from the rules that hold, the highest priority first', async () => {
    const given = world(RULES, { TEMP: 31.5 });
    const acted = acting(action, given);
    const result = await acted.result;
    expect(result.message).toBe('2 of 2 rules of alert hold; 3 outcomes');
    expect(result.data).toMatchObject({ rule_node: 'alert', matched: ['by hand', 'hot'] });
    expect(given.publisher.published).toMatchObject([
      { topic: 'alerts/hot', payload: '{"temp": 31.5, "node": "alert"}' },
    ]);
    expect(acted.logs).toContainEqual({ level: 'warn', message: 'Weekly Report was run by hand' });
    expect(acted.logs.map((line) => line.message)).toContain('fan reads on');
  });

  it('does what is said for rules that do not hold, and takes facts from the run before all others', async () => {
    const given = world(RULES, { TEMP: 31.5 });
    const acted = acting(action, given, { parameters: { TEMP: 12, quiet: true } });
    expect((await acted.result).data).toMatchObject({ matched: [], outcomes: [{ rule: 'hot', type: 'output' }] });
    expect(given.publisher.published).toEqual([]);
    expect(acted.logs.map((line) => line.message)).toContain('fan reads off');
  });

  it('fails for good, and names the fact, when a fact is not known', async () => {
    const failure = await failureOf(acting(action, world()));
    expect(failure).toMatchObject({ type: 'UnknownFact', retryable: false });
    expect(failure.message).toContain('ask for TEMP, which is not known');
  });

  it('fails for good when the node was taken out of the configuration', async () => {
    const failure = await failureOf(acting({ type: 'rule', rule_node: 'gone' }, world()));
    expect(failure).toMatchObject({ type: 'UnknownRuleNode', retryable: false });
  });

  it('does the other outcomes although one fails, and fails with what that one said', async () => {
    const given = world(RULES, { TEMP: 40 });
    given.publisher.answer('alerts/hot', failing('the broker is away'));
    const acted = acting(action, given);
    await expect(acted.result).rejects.toThrow('the broker is away');
    expect(acted.logs.map((line) => line.message)).toContain('fan reads on');
  });

  it('stops within an outcome, and does no other, when it is cancelled', async () => {
    const given = world(RULES, { TEMP: 40 });
    given.publisher.answer('alerts/hot', silent);
    const acted = acting(action, given);
    await until('it publishes', () => given.publisher.count('alerts/hot') === 1);
    acted.stop.abort(new Error('cancelled by a user'));
    await expect(acted.result).rejects.toThrow('cancelled by a user');
    expect(acted.logs.map((line) => line.message).filter((message) => message.startsWith('fan'))).toEqual([]);
  });
});

describe('RULES_FILE', () => {
  const withRule = (rule: object) => ({
    n: { rules: [{ name: 'r', conditions: { all: [] }, outcomes: [], ...rule }] },
  });
  const condition = { fact: 'A', operator: 'equal', value: 1 };
  const outcomes = [{ type: 'log', message: 'x' }];

  it.each([
    ['an unknown operator', withRule({ conditions: { ...condition, operator: 'like' }, outcomes })],
    ['no condition', withRule({ conditions: { all: [] }, outcomes })],
    ['no outcome', withRule({ conditions: condition })],
    [
      'an outcome that rules may not have',
      withRule({ conditions: condition, outcomes: [{ type: 'system', operation: 'restart' }] }),
    ],
    ['a faulty outcome', withRule({ conditions: condition, outcomes: [{ type: 'log', message: '${' + ' }' }] })],
    ['a path that runs code', withRule({ conditions: { ...condition, path: '$..[?(@.x)]' }, outcomes })],
    ['two rules of one name', { n: { rules: [0, 1].map(() => ({ name: 'r', conditions: condition, outcomes })) } }],
  ])('refuses %s', (_what, rules) => {
    expect(rulesSchema.safeParse(rules).success).toBe(false);
  });

  it('compares facts with each other, and knows decorated operators', async () => {
    const conditions = {
      all: [
        { fact: 'A', operator: 'lessThan', value: { fact: 'B', path: '$.limits[1]' } },
        { fact: 'LIST', operator: 'someFact:equal', value: 3 },
        { fact: 'A', operator: 'not:in', value: [7, 8] },
      ],
    };
    const book = openRuleBook(rulesSchema.parse(withRule({ conditions, outcomes })));
    const facts = { A: 5, B: { limits: [1, 6] }, LIST: [1, 3] };
    const held = async (given: Record<string, unknown>) =>
      (await book.judge('n', (name) => given[name] as never))?.[0]?.held;
    expect(await held(facts)).toBe(true);
    expect(await held({ ...facts, A: 7 })).toBe(false);
    expect(await held({ ...facts, B: { limits: [] } })).toBe(false);
  });

  it('names an outcome whose relay is not configured', () => {
    const rules = rulesSchema.parse(RULES);
    expect(rulesFault(rules, ['fan'])).toBeNull();
    expect(rulesFault(rules, ['lights'])).toContain('alert, "hot"');
  });
});
