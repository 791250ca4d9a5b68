import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { knownTimezone, timezoneFault } from '../domain/schedules/time-zone.ts';

/** The kinds of values that variables hold, each from its text. A message completes the sentence "NAME is "x": …". */

export function whole(min: number, max: number, what = 'a whole number') {
  const message = `give ${what} from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, message)
    .transform(Number)
    .refine((n) => n >= min && n <= max, message);
}

/** A limit; 0 turns it off. */
export function limit(max: number) {
  return whole(0, max, 'a whole number (0 turns it off)');
}

export const port = whole(1, 65_535, 'a port');

export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, `give one of ${words.join(', ')}`);
}

/** Texts separated by commas; empty ones are left out. */
export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

export const ports = list.pipe(z.array(port, 'give ports separated by commas, such as 8000,8080'));

/** An address with one of these schemes, such as `postgres`. */
export function url(...schemes: readonly string[]) {
  const example = `give an address such as ${schemes[0] ?? 'https'}://host${schemes.includes('https') ? '/path' : ':port'}`;
  return z.string().refine((text) => {
    const parsed = URL.canParse(text) ? new URL(text) : null;
    return parsed !== null && schemes.includes(parsed.protocol.slice(0, -1)) && parsed.host !== '';
  }, example);
}

export const hostAndPort = z.string().regex(/^[^\s:/]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/, 'give host:port');

export const timezone = z.string().transform((name, context) => {
  const known = knownTimezone(name);
  if (known !== null) return known;
  context.addIssue({ code: 'custom', message: timezoneFault(name) });
  return z.NEVER;
});

/** A share of a whole, from 0 to 1. */
export const share = z
  .string()
  .regex(/^(?:0|1|0?\.\d{1,9}|1\.0{1,9})$/, 'give a share from 0 to 1, such as 0.1')
  .transform(Number);

/** `name=value` pairs separated by commas, values percent-encoded where they must be (OpenTelemetry, OTLP exporter). */
export const headerList = z.string().transform((text, context) => {
  const pairs = text.split(',').flatMap((pair) => {
    if (pair.trim() === '') return [];
    const [, name, value] = /^\s*([\w!#$%&'*+.^`|~-]+)\s*=(.*)$/.exec(pair) ?? [];
    try {
      return [[name, decodeURIComponent((value ?? '').trim())] as const];
    } catch {
      return [[undefined, '']] as const;
    }
  });
  const named = pairs.flatMap(([name, value]) => (name === undefined ? [] : [[name, value] as const]));
  if (named.length === pairs.length) return Object.fromEntries(named);
  context.addIssue({ code: 'custom', message: 'give name=value, several separated by commas' });
  return z.NEVER;
});

/** Longer than SHA-256's own 32 bytes adds nothing, shorter can be guessed (RFC 7518 section 3.2). */
export const secret32 = z
  .string()
  .refine((text) => Buffer.byteLength(text) >= 32, 'give at least 32 bytes, for example from: openssl rand -base64 32');

/**
 * A structure as inline JSON or YAML, or the path of a file of it (DECISIONS section 9, Formats). Inline is what
 * begins with `{` or `[` or has a `: ` or a second line. `readText` reads the file.
 */
export function structure<T>(schema: z.ZodType<T>, readText: (path: string) => string) {
  return z.string().transform((text, context): T => {
    const refuse = (message: string) => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    let source = text;
    if (!/^\s*[[{]|: |\n/.test(text)) {
      try {
        source = readText(text);
      } catch {
        return refuse('give inline JSON or YAML, or the path of a file that can be read');
      }
    }
    let value: unknown;
    try {
      value = parseYaml(source);
    } catch {
      return refuse('this is neither JSON nor YAML: check quotes and indentation');
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const faults = parsed.error.issues.map(
      (issue) => `${issue.path.map(String).join('.') || 'the whole'}: ${issue.message}`,
    );
    return refuse(faults.join('; '));
  });
}
