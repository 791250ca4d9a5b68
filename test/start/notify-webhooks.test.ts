import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../start/config.ts';
import { readEnvironment } from '../../start/env.ts';
import { VARIABLE_NAMES } from '../../start/variables.ts';

const SECRET = `whsec_${Buffer.from('a secret of at least twenty-four bytes').toString('base64')}`;

function load(receivers: unknown) {
  const text = typeof receivers === 'string' ? receivers : JSON.stringify(receivers);
  const env = {
    DATABASE_URL: 'postgres://almanac:a-password@127.0.0.1:5432/almanac',
    JWT_SECRET: 'a secret of at least thirty-two bytes',
    NOTIFY_WEBHOOKS: text,
  };
  return loadConfig(readEnvironment(VARIABLE_NAMES, env)).notifyWebhooks;
}

describe('NOTIFY_WEBHOOKS', () => {
  it('names receivers, each with its secrets and what it is told of; the host is its name where it has none', () => {
    const yaml = `
- url: https://hooks.example.com/almanac
  secret: ${SECRET}
- name: operations
  url: https://hooks.example.com/ops
  secret: [${SECRET}, ${SECRET}]
  events: [failed, timeout]
  tags: [production]
  faces: [gateway, tasks]`;
    expect(load(yaml)).toEqual([
      {
        ...{ name: 'hooks.example.com', url: 'https://hooks.example.com/almanac', secrets: [SECRET] },
        filter: { events: [], tags: [], faces: [] },
      },
      {
        ...{ name: 'operations', url: 'https://hooks.example.com/ops', secrets: [SECRET, SECRET] },
        filter: { events: ['failed', 'timeout'], tags: ['production'], faces: ['gateway', 'tasks'] },
      },
    ]);
  });

  const url = 'https://example.com/a';
  it.each([
    ['a secret that is none', [{ url, secret: 'too short' }], '0.secret'],
    ['no secret', [{ url }], '0.secret'],
    ['an address that is none', [{ url: 'ftp://example.com', secret: SECRET }], '0.url'],
    ['a password in the address', [{ url: 'https://me:word@example.com', secret: SECRET }], 'user or password'],
    ['an unknown event', [{ url, secret: SECRET, events: ['ended'] }], 'must be of: completed'],
    ['an unknown face', [{ url, secret: SECRET, faces: ['mine'] }], 'must be of: gateway'],
    ['an unknown field', [{ url, secret: SECRET, tag: 'x' }], 'tag'],
    [
      'two of one name',
      [
        { url, secret: SECRET },
        { url: `${url}/b`, secret: SECRET },
      ],
      'a name of its own',
    ],
  ])('with %s stops the start, says where, and shows no secret', (_what, receivers, where) => {
    expect(() => load(receivers)).toThrow('NOTIFY_WEBHOOKS');
    expect(() => load(receivers)).toThrow(where);
    expect(() => load(receivers)).not.toThrow(SECRET);
  });
});
