import { BoundedCache } from './bounded-cache.ts';
import type { Json } from './json.ts';

/** Gives a variable's value, or undefined when no source knows the name. */
export type Lookup = (name: string) => Json | undefined;

const VARIABLE = /(\$?)\$\{([^}]*)\}/g;
const NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

/** Thrown while rendering: the template names a variable that no source knows. Not retried. */
export class UnknownVariable extends Error {
  override readonly name = 'UnknownVariable';
  readonly variable: string;
  constructor(variable: string) {
    super(
      `The template uses \${${variable}}, which is not known. Give it as a run parameter, in the job's variables, ` +
        `as an MQTT value (MQTT_VALUES) or as VAR_${variable} in the environment.`,
    );
    this.variable = variable;
  }
}

/** The names a template uses, in order, without repetition. `$${X}` is the literal text `${X}` and names nothing. */
export function variablesOf(template: string): string[] {
  const names = [...template.matchAll(VARIABLE)].filter((m) => m[1] === '').map((m) => m[2] ?? '');
  return [...new Set(names)];
}

/** A sentence about the first variable that is misspelt (`${}`, `${a b}`), or null when all are well formed. */
export function templateFault(template: string): string | null {
  const bad = variablesOf(template).find((name) => !NAME.test(name));
  return bad === undefined ? null : `\${${bad}} is not a variable name: use letters, digits, "_", "-" and "."`;
}

/**
 * Fills a template. In JSON text (it parses with `null` in each variable's place) a value is escaped inside quotes and
 * inserted as JSON outside of them, so a number stays a number (DECISIONS section 4, Templates); in any other text it is
 * inserted as it is. Throws `UnknownVariable`.
 */
export function render(template: string, lookup: Lookup): string {
  // Most topics: each is another text, and would drive a filled template out of the cache.
  if (!template.includes('${')) return template;
  const { places, rest } = COMPILED.get(template);
  let out = '';
  for (const { before, name, insert } of places) {
    const value = lookup(name);
    if (value === undefined) throw new UnknownVariable(name);
    out += before + insert(value);
  }
  return out + rest;
}

/** A template taken apart: the text before each variable, how its value goes in, and the text after the last. */
interface Compiled {
  readonly places: readonly {
    readonly before: string;
    readonly name: string;
    readonly insert: (value: Json) => string;
  }[];
  readonly rest: string;
}

/** Jobs fill the same few templates again and again. */
const COMPILED = new BoundedCache<string, Compiled>(2000, compile);

function compile(template: string): Compiled {
  const json = isJsonTemplate(template);
  const places: Compiled['places'][number][] = [];
  let quoted = false;
  let done = 0;
  let before = '';
  for (const match of template.matchAll(VARIABLE)) {
    before += template.slice(done, match.index);
    done = match.index + match[0].length;
    if (match[1] === '$') {
      before += match[0].slice(1);
      continue;
    }
    if (json) quoted = endsQuoted(before, quoted);
    const insert = !json ? asText : quoted ? asQuoted : JSON.stringify;
    places.push({ before, name: match[2] ?? '', insert });
    before = '';
  }
  return { places, rest: before + template.slice(done) };
}

/** Renders every string within a JSON value; a string that is one variable alone takes the variable's own type. */
export function renderJson(value: Json, lookup: Lookup): Json {
  if (typeof value === 'string') {
    const whole = /^\$\{([^}]*)\}$/.exec(value);
    if (whole === null) return render(value, lookup);
    const found = lookup(whole[1] ?? '');
    if (found === undefined) throw new UnknownVariable(whole[1] ?? '');
    return found;
  }
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => renderJson(item, lookup));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renderJson(item, lookup)]));
  }
  return value;
}

/** A template that renders to just this text: `${X}` stays `${X}`. */
export function literalText(text: string): string {
  return text.replaceAll(VARIABLE, (whole, escape: string) => `${escape}$${whole.slice(escape.length)}`);
}

/** A JSON value that renders to itself. */
export function literalJson(value: Json): Json {
  if (typeof value === 'string') return literalText(value);
  if (Array.isArray(value)) return (value as readonly Json[]).map(literalJson);
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, literalJson(item)]));
  }
  return value;
}

/** Text from outside (environment, MQTT) as the JSON it spells, else as a string: `21.5` is a number. */
export function jsonOfText(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function isJsonTemplate(template: string): boolean {
  if (!/^\s*[{["]/.test(template)) return false;
  try {
    JSON.parse(template.replaceAll(VARIABLE, (text, escape: string) => (escape === '$' ? text.slice(1) : 'null')));
    return true;
  } catch {
    return false;
  }
}

function endsQuoted(text: string, quoted: boolean): boolean {
  let inside = quoted;
  for (let i = 0; i < text.length; i += 1) {
    if (inside && text[i] === '\\') i += 1;
    else if (text[i] === '"') inside = !inside;
  }
  return inside;
}

function asQuoted(value: Json): string {
  return JSON.stringify(asText(value)).slice(1, -1);
}

function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
