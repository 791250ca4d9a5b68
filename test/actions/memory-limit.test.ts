import { describe, expect, it } from 'vitest';
import { openRuleBook } from '../../worker/rule-book.ts';
import { rulesSchema } from '../../domain/rules.ts';
import { TestPublisher } from '../support/test-publisher.ts';
import { acting, failureOf } from './acting.ts';

const MEGABYTE = 'x'.repeat(1_048_576);

describe('memory per job [G-352]', () => {
  it('an action whose templates would grow past it fails before they are put together', async () => {
    const publisher = new TestPublisher();
    const action = { type: 'publish', topic: 't', payload: '${BIG}'.repeat(1000) };
    const acted = acting(action, { publisher, memoryPerJobMb: 5 }, { variables: { BIG: MEGABYTE } });
    const failure = await failureOf(acted);
    expect(failure).toMatchObject({ type: 'MemoryLimit', retryable: false });
    expect(failure.message).toContain('a job may take 5 MB');
    expect(failure.message).toContain('MEMORY_PER_JOB_MB');
    expect(publisher.published).toEqual([]);
  });

  it('an action within it runs', async () => {
    const publisher = new TestPublisher();
    const action = { type: 'publish', topic: 't', payload: '${BIG}'.repeat(4) };
    await acting(action, { publisher, memoryPerJobMb: 5 }, { variables: { BIG: MEGABYTE } }).result;
    expect(publisher.published[0]?.payload.length).toBe(4 * MEGABYTE.length);
  });

  it('holds for all outcomes of a rule together', async () => {
    const conditions = { fact: 'YES', operator: 'equal', value: true };
    const outcomes = Array.from({ length: 20 }, () => ({ type: 'publish', topic: 't', payload: '${BIG}' }));
    const rules = openRuleBook(rulesSchema.parse({ n: { rules: [{ name: 'r', conditions, outcomes }] } }));
    const world = { publisher: new TestPublisher(), rules, memoryPerJobMb: 5 };
    const acted = acting({ type: 'rule', rule_node: 'n' }, world, { variables: { BIG: MEGABYTE, YES: true } });
    const failure = await failureOf(acted);
    expect(failure).toMatchObject({ type: 'OutcomesFailed', retryable: false });
    expect(failure.message).toContain('MEMORY_PER_JOB_MB');
    // The fact counts too.
    expect(world.publisher.published.length).toBe(4);
  });

  it('holds for what an action reports', async () => {
    const response = { status: 200, headers: {}, body: MEGABYTE, truncated: false, url: 'https://example.com/' };
    const webhooks = { send: () => Promise.resolve(response) };
    const action = { type: 'webhook', url: 'https://example.com/' };
    const failure = await failureOf(acting(action, { webhooks, memoryPerJobMb: 1 }));
    expect(failure).toMatchObject({ type: 'MemoryLimit', retryable: false });
    await acting(action, { webhooks, memoryPerJobMb: 2 }).result;
  });
});
