import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../domain/json.ts';
import { jsonOfText, render, renderJson, templateFault, UnknownVariable, variablesOf } from '../../domain/templates.ts';

const VALUES: Readonly<Record<string, Json>> = {
  NAME: 'a "quoted" \\ name\nof two lines',
  TEMP: 21.5,
  ON: true,
  NOTHING: null,
  LIST: [1, 'two'],
};
const lookup = (name: string) => VALUES[name];

describe('A JSON template', () => {
  test('escapes a value within quotes', () => {
    const out = render('{"who": "device ${NAME}!"}', lookup);
    expect(JSON.parse(out)).toEqual({ who: `device ${VALUES['NAME'] as string}!` });
  });

  test('inserts a value outside of quotes as JSON: a number stays a number', () => {
    const out = render('{"t": ${TEMP}, "on": ${ON}, "n": ${NOTHING}, "l": ${LIST}, "s": ${NAME}}', lookup);
    expect(JSON.parse(out)).toEqual({ t: 21.5, on: true, n: null, l: [1, 'two'], s: VALUES['NAME'] });
  });

  test('knows where it is after an escaped quote', () => {
    expect(JSON.parse(render('{"a": "say \\"${TEMP}\\"", "b": ${TEMP}}', lookup))).toEqual({
      a: 'say "21.5"',
      b: 21.5,
    });
    expect(JSON.parse(render('{"a": "\\\\", "b": ${TEMP}}', lookup))).toEqual({ a: '\\', b: 21.5 });
  });

  test('keeps $${X} as the text ${X}', () => {
    expect(render('{"a": "$${NAME} is ${TEMP}"}', lookup)).toBe('{"a": "${NAME} is 21.5"}');
  });

  test('parses whatever the values are', () => {
    const parts = fc.array(
      fc.oneof(
        fc.constant({ text: '${V}', isValue: true }),
        fc.string().map((s) => ({ text: JSON.stringify(`${s.replaceAll('$', '')} \${V}`), isValue: true })),
        fc.json().map((text) => ({ text: text.replaceAll('$', ''), isValue: true })),
      ),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(parts, fc.jsonValue(), (items, value) => {
        const template = `[${items.map((item) => item.text).join(', ')}]`;
        const parsed = JSON.parse(render(template, () => value as Json)) as unknown[];
        expect(parsed).toHaveLength(items.length);
        const whole = items.findIndex((item) => item.text === '${V}');
        if (whole !== -1) expect(parsed[whole]).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('A text template', () => {
  test('inserts a value as it is', () => {
    expect(render('It is ${TEMP} °C at ${NAME}', lookup)).toBe(`It is 21.5 °C at ${VALUES['NAME'] as string}`);
  });

  test('may begin like JSON without being any', () => {
    expect(render('[${NAME}] says "${TEMP}"', () => 'x')).toBe('[x] says "x"');
    expect(render('{room} ${NAME}', () => 'x')).toBe('{room} x');
  });

  test('fails at a variable that nobody knows, with its name and what to do', () => {
    expect(() => render('${WHO}', () => undefined)).toThrow(UnknownVariable);
    expect(() => render('${WHO}', () => undefined)).toThrow(/\$\{WHO\}.*run parameter/);
  });

  test('names its variables once each, but not what is escaped', () => {
    expect(variablesOf('${A} ${B} ${A} $${C}')).toEqual(['A', 'B']);
  });

  test('is faulty where a name is none', () => {
    expect(templateFault('${A.b-c_1} $${}')).toBeNull();
    expect(templateFault('${}')).toMatch(/is not a variable name/);
    expect(templateFault('${a b}')).toMatch(/\$\{a b\} is not a variable name/);
    expect(templateFault('${1st}')).not.toBeNull();
  });
});

describe('A JSON payload', () => {
  test('is rendered in its strings; one that is a variable alone takes its type', () => {
    const payload = { t: '${TEMP}', text: 'at ${TEMP}', list: ['${LIST}', 3, null], deep: { on: '${ON}' } };
    expect(renderJson(payload, lookup)).toEqual({
      t: 21.5,
      text: 'at 21.5',
      list: [[1, 'two'], 3, null],
      deep: { on: true },
    });
  });

  test('keeps numbers numbers in a string that is itself JSON', () => {
    expect(renderJson({ body: '{"t": ${TEMP}}' }, lookup)).toEqual({ body: '{"t": 21.5}' });
  });

  test('fails at an unknown variable wherever it stands', () => {
    expect(() => renderJson({ a: ['${WHO}'] }, lookup)).toThrow(UnknownVariable);
    expect(() => renderJson({ a: 'x ${WHO}' }, lookup)).toThrow(UnknownVariable);
  });
});

test('text from outside is the JSON that it spells, else a string', () => {
  expect(jsonOfText('21.5')).toBe(21.5);
  expect(jsonOfText('on')).toBe('on');
  expect(jsonOfText('{"a":1}')).toEqual({ a: 1 });
  expect(jsonOfText('')).toBe('');
});
