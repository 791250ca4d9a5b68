/** Longer subjects are legal to NATS, and too long for a line of a log. */
const LONGEST = 255;

/** What is wrong with the subject of a message (docs.nats.io, "Subject-Based Messaging") and what to write; or null. */
export function subjectFault(subject: string): string | null {
  const fault = tokensFault(subject);
  if (fault !== null) return fault;
  if (/(^|\.)[*>](\.|$)/.test(subject)) return 'may not hold the wildcards * and >: name one subject';
  return /^(\$|_INBOX\.)/.test(subject) ? 'may not begin with "$" or "_INBOX.": these belong to the NATS server' : null;
}

/** What is wrong with a pattern of subjects, in which `*` stands for one token and a last `>` for all that follow; or null. */
export function subjectPatternFault(pattern: string): string | null {
  const fault = tokensFault(pattern);
  if (fault !== null) return fault;
  const tokens = pattern.split('.');
  if (tokens.some((token, i) => token.includes('>') && (token !== '>' || i < tokens.length - 1))) {
    return 'may hold ">" only as its whole last token, such as "cmd.>"';
  }
  if (tokens.some((token) => token.includes('*') && token !== '*')) {
    return 'may hold "*" only as a whole token, such as "cmd.*.send"';
  }
  return null;
}

function tokensFault(text: string): string | null {
  if (text === '') return 'must be a NATS subject, such as "cmd.mail.send"';
  if (text.length > LONGEST) return `may have at most ${LONGEST} characters`;
  if (!/^[\x21-\x7e]+$/.test(text)) return 'may hold printable ASCII characters only, and no spaces';
  return text.split('.').includes('') ? 'may not have empty parts: check its dots' : null;
}

/** Whether a subject falls under a pattern. */
export function subjectFits(pattern: string, subject: string): boolean {
  const wanted = pattern.split('.');
  const tokens = subject.split('.');
  for (const [i, want] of wanted.entries()) {
    const token = tokens[i];
    if (token === undefined) return false;
    if (want === '>') return true;
    if (want !== '*' && want !== token) return false;
  }
  return wanted.length === tokens.length;
}
