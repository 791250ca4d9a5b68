import { describe, expect, test } from 'vitest';
import { isQuick, parseAction, surroundingsFault } from '../../domain/actions/index.ts';
import { commandSchemas, commandWhitelist, type CommandRules } from '../../domain/command-rules.ts';
import { DomainError } from '../../domain/errors.ts';

const command = (more: object = {}) => parseAction({ type: 'command', target_command: 'cmd.mail.send', ...more });
const faultOf = (action: object, rules: Partial<CommandRules> = {}) => {
  const commands = { whitelist: ['cmd.>'], schemas: {}, ...rules };
  const nothing = { relays: [], ruleNodes: [], functions: [] };
  return surroundingsFault(parseAction({ type: 'command', ...action }), { ...nothing, commands });
};

describe('A command', () => {
  test('is kept with its defaults, and is quick unless it awaits a reply', () => {
    const kept = command({ payload: { a: ['${X}'] } });
    expect(kept).toEqual({
      type: 'command',
      target_command: 'cmd.mail.send',
      payload: { a: ['${X}'] },
      headers: {},
      expect_reply: false,
      reply_timeout_seconds: null,
    });
    expect(parseAction(kept)).toEqual(kept);
    expect(isQuick(kept)).toBe(true);
    expect(isQuick(command({ expect_reply: true }))).toBe(false);
  });

  test.each([
    [{ target_command: 'cmd.*' }, 'target_command: may not hold the wildcards'],
    [{ target_command: 'cmd..x' }, 'target_command: may not have empty parts'],
    [{ target_command: 7 }, 'target_command: must be a NATS subject'],
    [{ payload: { a: [{ b: '${a b}' }] } }, 'payload: ${a b} is not a variable name'],
    [{ payload: '{"a": ${}}' }, 'is not a variable name'],
    [{ payload: { a: 'x\u0000' } }, 'payload: may hold neither NUL'],
    [{ headers: { 'Nats-Msg-Id': 'x' } }, 'headers.Nats-Msg-Id: is set by the service itself'],
    [{ headers: { 'x-schedule-id': 'x' } }, 'is set by the service itself'],
    [{ headers: { 'a b': 'x' } }, 'is not a header name'],
    [{ headers: { 'a:b': 'x' } }, 'is not a header name'],
    [{ reply_timeout_seconds: 5 }, 'belongs to "expect_reply": true'],
    [{ expect_reply: true, reply_timeout_seconds: 0 }, 'must be at least 0.1'],
    [{ subject: 'x' }, 'subject: unknown field'],
  ])('%j is refused with a sentence', (more, sentence) => {
    expect(() => command(more)).toThrow(sentence);
  });
});

describe('The whitelist [M-011]', () => {
  test('refuses a command that no pattern takes, with the code of it and what is allowed', () => {
    expect(faultOf({ target_command: 'cmd.mail.send' })).toBeNull();
    const fault = faultOf({ target_command: 'evt.mail' });
    expect(fault).toBeInstanceOf(DomainError);
    expect(fault).toMatchObject({ code: 'COMMAND_NOT_ALLOWED', message: expect.stringContaining('allowed are cmd.>') });
    expect(faultOf({ target_command: 'evt.mail' }, { whitelist: ['cmd.>', 'evt.*'] })).toBeNull();
    expect(faultOf({ target_command: 'cmd.x' }, { whitelist: [] })).toMatchObject({
      message: expect.stringContaining('none is'),
    });
  });

  test('holds as cmd.> where nothing is configured', () => {
    const nothing = { relays: [], ruleNodes: [], functions: [] };
    expect(surroundingsFault(command(), nothing)).toBeNull();
    expect(surroundingsFault(command({ target_command: 'x' }), nothing)).toMatchObject({ code: 'COMMAND_NOT_ALLOWED' });
  });

  test('is made of patterns', () => {
    expect(commandWhitelist.safeParse(['cmd.>', 'a.*.b']).success).toBe(true);
    expect(commandWhitelist.safeParse(['cmd.a>']).error?.issues[0]?.message).toContain('"cmd.a>" may hold ">"');
  });
});

describe('Schemas of payloads [M-086]', () => {
  const schemas = {
    'cmd.mail.>': { type: 'object', required: ['to'], properties: { to: { type: 'string', format: 'email' } } },
    'cmd.mail.send': { maxProperties: 2 },
  };
  const mail = (payload: unknown) => faultOf({ target_command: 'cmd.mail.send', payload }, { schemas });

  test('refuse a payload without variables when it is stored, every one that its command falls under', () => {
    expect(mail({ to: 'a@example.com' })).toBeNull();
    expect(mail({ to: 'nobody' })).toContain('schema of cmd.mail.> (COMMAND_SCHEMAS) refuses it: to must match format');
    expect(mail(null)).toContain('it must be object');
    expect(mail('{"to": "a@example.com"}')).toBeNull();
    expect(mail({ to: 'a@example.com', a: 1, b: 2 })).toContain('schema of cmd.mail.send');
    expect(faultOf({ target_command: 'cmd.other', payload: 5 }, { schemas })).toBeNull();
  });

  test('leave a payload with variables to its runs', () => {
    expect(mail({ to: '${TO}' })).toBeNull();
    expect(mail({ to: '$${TO}' })).toContain('must match format');
  });

  test('are of their own draft, 2020-12 where they name none', () => {
    const tuple = { prefixItems: [{ type: 'number' }], items: false };
    const old = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      items: [{ type: 'number' }],
      additionalItems: false,
    };
    for (const schema of [tuple, old]) {
      const rules = { schemas: { 'cmd.x': schema } };
      expect(faultOf({ target_command: 'cmd.x', payload: [1] }, rules)).toBeNull();
      expect(faultOf({ target_command: 'cmd.x', payload: [1, 2] }, rules)).toContain('must NOT have more than 1 items');
    }
  });

  test('that are none stop the start', () => {
    expect(commandSchemas.safeParse(schemas).success).toBe(true);
    const wrong = commandSchemas.safeParse({ 'cmd.x': { type: 'nonsense' } });
    expect(wrong.error?.issues[0]).toMatchObject({
      path: ['cmd.x'],
      message: expect.stringContaining('is not a JSON Schema'),
    });
    expect(commandSchemas.safeParse({ 'cmd.>x': {} }).success).toBe(false);
  });
});
