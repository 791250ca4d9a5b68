import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { subjectFault, subjectFits, subjectPatternFault } from '../../domain/nats-subject.ts';

describe('A pattern of subjects', () => {
  test.each([
    ['cmd.>', 'cmd.mail', true],
    ['cmd.>', 'cmd.mail.send.bulk', true],
    ['cmd.>', 'cmd', false],
    ['cmd.>', 'cmds.mail', false],
    ['cmd.*.send', 'cmd.mail.send', true],
    ['cmd.*.send', 'cmd.mail.now.send', false],
    ['cmd.*', 'cmd.mail.send', false],
    ['cmd.mail', 'cmd.mail', true],
    ['cmd.mail', 'cmd.Mail', false],
    ['cmd.mail', 'cmd.mail.send', false],
    ['>', 'anything.at.all', true],
  ])('%s takes %s: %s', (pattern, subject, fits) => {
    expect(subjectFits(pattern, subject)).toBe(fits);
  });

  test('takes a subject that any of its tokens was made a wildcard of', () => {
    const token = fc.stringMatching(/^[a-z0-9_-]{1,8}$/);
    fc.assert(
      fc.property(fc.array(token, { minLength: 1, maxLength: 6 }), fc.nat(5), (tokens, at) => {
        const i = at % tokens.length;
        const subject = tokens.join('.');
        expect(subjectFits(tokens.with(i, '*').join('.'), subject)).toBe(true);
        expect(subjectFits([...tokens.slice(0, i), '>'].join('.'), subject)).toBe(true);
        expect(subjectFits([...tokens, '*'].join('.'), subject)).toBe(false);
        expect(subjectFits([...tokens, '>'].join('.'), subject)).toBe(false);
      }),
    );
  });

  test.each(['cmd.>.x', 'cmd.a>', 'cmd.a*', 'cmd..x', '', '.cmd', 'cmd.', 'cmd x', 'cmd\n', 'é'])(
    '%j is none',
    (pattern) => {
      expect(subjectPatternFault(pattern)).toMatch(/^(may|must)/);
    },
  );
});

describe('A subject', () => {
  test.each(['cmd.notification.send.bulk', 'cmd', 'a.b-c.d_e', 'x.$y'])('%s is one', (subject) => {
    expect(subjectFault(subject)).toBeNull();
  });

  test.each(['cmd.*', 'cmd.>', '>', '$JS.API.STREAM.DELETE.X', '$SYS.x', '_INBOX.abc', 'a..b', 'a b', 'x'.repeat(256)])(
    '%s is none',
    (subject) => {
      expect(subjectFault(subject)).toMatch(/^may/);
    },
  );
});
