import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isValueRefused, sql } from '../../db/connect.ts';
import { arrayOf, jsonText, tableOf } from '../../db/queries/array-of.ts';
import type { Cell, ElementType } from '../../db/queries/binary-array.ts';
import { openDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.close());

/** What Postgres makes of an array, each element as its text. */
async function read(type: ElementType, values: readonly Cell[]): Promise<(string | null)[]> {
  const { rows } = await sql<{ all: (string | null)[] }>`
    select coalesce(array_agg(v::text order by n), '{}') as all
    from unnest(${arrayOf(type, values)}) with ordinality as t (v, n)`.execute(database.db);
  return rows[0]?.all ?? [];
}

const nullable = <T extends Cell>(of: fc.Arbitrary<T>) => fc.array(fc.option(of, { freq: 4 }), { maxLength: 20 });
const RUNS = { numRuns: 60 };

/** All null goes as the empty array: `unnest` fills that up beside longer ones. */
const asRead = (values: readonly Cell[], textOf: (value: string | number) => string) =>
  values.every((value) => value === null) ? [] : values.map((value) => (value === null ? null : textOf(value)));

describe('An array in binary form is read as what was given', () => {
  test('uuids, in either case of letters', async () => {
    await fc.assert(
      fc.asyncProperty(nullable(fc.uuid()), async (ids) => {
        expect(await read('uuid', ids)).toEqual(asRead(ids, String));
        const upper = ids.map((id) => id?.toUpperCase() ?? null);
        expect(await read('uuid', upper)).toEqual(asRead(ids, String));
      }),
      RUNS,
    );
  });

  test('whole numbers of four and of eight bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        nullable(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
        nullable(fc.maxSafeInteger()),
        async (small, large) => {
          expect(await read('int', small)).toEqual(asRead(small, String));
          expect(await read('bigint', large)).toEqual(asRead(large, String));
        },
      ),
      RUNS,
    );
  });

  test('instants to the millisecond, centuries away too', async () => {
    const instants = fc.integer({
      min: Date.parse('0001-01-01T00:00:00Z'),
      max: Date.parse('9999-12-31T23:59:59.999Z'),
    });
    await fc.assert(
      fc.asyncProperty(nullable(instants), async (values) => {
        const { rows } = await sql<{ off: number }>`
          select count(*) as off from unnest(${arrayOf('timestamptz', values)}, ${values}::float8[]) as t (given, ms)
          where given is distinct from 'epoch'::timestamptz + make_interval(secs => trunc(ms / 1000))
            + (ms - trunc(ms / 1000) * 1000) * interval '1 ms'`.execute(database.db);
        expect(rows[0]?.off).toBe(0);
      }),
      RUNS,
    );
  });

  test('texts with whatever an array or a literal would quote', async () => {
    const texts = fc.oneof(
      fc.string(),
      fc.constantFrom('', 'NULL', 'null', '{a,b}', '"', '\\', "'", ' ', 'é→😀', '\n'),
    );
    await fc.assert(
      fc.asyncProperty(nullable(texts), async (values) => {
        const kept = values.map((value) => value?.replaceAll('\0', '') ?? null);
        expect(await read('text', kept)).toEqual(asRead(kept, String));
      }),
      RUNS,
    );
  });

  test('JSON', async () => {
    const given = [{ a: 'x→"y"', b: [1, null] }, null, [], 'text', 3.5, {}];
    const { rows } = await sql<{ all: unknown[] }>`
      select jsonb_agg(v order by n) as all
      from unnest(${arrayOf('jsonb', given.map(jsonText))}) with ordinality as t (v, n)`.execute(database.db);
    expect(rows[0]?.all).toEqual(given);
  });
});

describe('Rows that go together', () => {
  test('have columns that vary, that are the same throughout, and that are null throughout', async () => {
    const at = Date.UTC(2026, 10, 22, 5, 0, 0, 7);
    const { rows } = await sql<Record<string, unknown>>`
      select * from ${tableOf([
        ['id', 'int', [1, 2, 3]],
        ['varied', 'text', ['a', null, 'c']],
        ['same', 'timestamptz', [at, at, at]],
        ['object', 'jsonb', ['{"a":1}', '{"a":1}', '{"a":1}']],
        ['nothing', 'uuid', [null, null, null]],
      ])} order by id`.execute(database.db);
    const row = { same: at, object: { a: 1 }, nothing: null };
    expect(rows).toEqual([
      { id: 1, varied: 'a', ...row },
      { id: 2, varied: null, ...row },
      { id: 3, varied: 'c', ...row },
    ]);
  });
});

describe('What can not be written is refused as a value, not sent as another one', () => {
  test.each<[ElementType, Cell]>([
    ['uuid', 'not-a-uuid'],
    ['uuid', ''],
    ['uuid', '01970000-0000-7000-8000-00000000000g'],
    ['uuid', '01970000-0000-7000-8000-0000000000011'],
    ['uuid', '01970000-0000-7000-8000-00000000000é'],
    ['int', 2 ** 31],
    ['int', 1.5],
    ['int', Number.NaN],
    ['bigint', 1.5],
    ['bigint', Number.NaN],
    ['timestamptz', Number.NaN],
    ['timestamptz', 1e18],
    ['timestamptz', Date.UTC(10_000, 0, 1)],
    ['timestamptz', Date.UTC(-1, 0, 1)],
    ['text', 'a\0b'],
    ['jsonb', 'no JSON'],
  ])('%s %j', async (type, value) => {
    const refused = await Promise.resolve()
      .then(() => read(type, [value]))
      .then(
        (all) => `read as ${JSON.stringify(all)}`,
        (error: unknown) => isValueRefused(error),
      );
    expect(refused).toBe(true);
  });
});
