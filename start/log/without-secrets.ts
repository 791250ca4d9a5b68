export const REDACTED = '[redacted]';

type Shown = string | ((all: string, ...groups: (string | undefined)[]) => string);

/**
 * What is a secret by its form, wherever it stands in a text; `$1` is what may be read of it. Anybody may send 16 kB of
 * what only begins like one: a form takes the whole of it in, so that no search begins anew at each of its signs.
 */
const FORMS: readonly (readonly [RegExp, Shown])[] = [
  // `postgres://user:password@host` in messages of libraries; the user and the host may be read.
  [/(:\/\/[^\s:/@]*):([^\s"'<>]*)/g, (_, before = '', rest = '') => `${before}:${withoutPassword(rest)}`],
  // A lone user of NATS is a token.
  [/\b((?:nats|tls):\/\/)[^\s:/@]+@/gi, `$1${REDACTED}@`],
  [
    /\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?(?:(?:bearer|basic|digest|apikey|token)\s+)?)[^\s"',]+/gi,
    `$1${REDACTED}`,
  ],
  [/\b((?:bearer|basic)\s+)[\w.~+/=-]{16,}/gi, `$1${REDACTED}`],
  [/\beyJ[\w-]+(\.[\w-]+\.[\w-]*)?/g, (all, rest) => (rest === undefined ? all : REDACTED)],
  [/\balm_[\w-]{20,}/g, REDACTED],
  [/\bwhsec_[\w+/=-]{8,}/g, REDACTED],
  // Seeds of NATS (nkeys), and anything as PEM that is private.
  [/\bS[UAOCNX][A-Z2-7]{56}\b/g, REDACTED],
  [/(-----BEGIN [A-Z ]*(?:PRIVATE KEY|SEED)-----)[^]*?(?=-----(?:-*)END|$)/g, `$1${REDACTED}`],
  // `password=…` of a connection string, `token=…` of a query, `"secret":"…"` of a body.
  [
    /\b((?:password|passwd|pwd|passphrase|secret|token|api[-_]?key|[a-z]+[-_](?:secret|token|key))=)[^\s&;,"']+/gi,
    `$1${REDACTED}`,
  ],
  [
    /((?:password|passwd|pwd|passphrase|secret|token|api[-_]?key|private[-_]?key)\\?"\s*:\s*\\?")(?:[^"\\]|\\[^"])+/gi,
    `$1${REDACTED}`,
  ],
];

/** What follows `scheme://user:`; up to its last `@` it is the password. */
function withoutPassword(rest: string): string {
  const end = rest.lastIndexOf('@');
  return end < 1 ? rest : `${REDACTED}${rest.slice(end)}`;
}

/** Shorter ones are words that stand in many texts: to take them out would say what they are. */
const SHORTEST_KNOWN = 6;

/** Takes secrets out of texts: what looks like one, and those that are known, such as the configuration's. */
export function createRedactor(known: readonly string[] = []): (text: string) => string {
  const spelled = known.flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]);
  const long = [...new Set(spelled)].filter((secret) => secret.length >= SHORTEST_KNOWN);
  const longestFirst = long.sort((a, b) => b.length - a.length).map((secret) => secret.replace(/[^\w]/g, '\\$&'));
  const values = longestFirst.length === 0 ? null : new RegExp(longestFirst.join('|'), 'g');
  return (text) => {
    const without = values === null ? text : text.replace(values, REDACTED);
    return FORMS.reduce(
      (left, [form, shown]) => (typeof shown === 'string' ? left.replace(form, shown) : left.replace(form, shown)),
      without,
    );
  };
}
