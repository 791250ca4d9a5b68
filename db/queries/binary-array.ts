/** What an element may be; instants go as `timestamptz`, texts of JSON as `jsonb`. */
export type Cell = string | number | null;

interface Codec {
  /** Of the type, in `pg_type`. */
  readonly oid: number;
  /** Bytes of one element that is not null: no more than these. */
  readonly atMost: (value: string | number) => number;
  /** Returns where it ends. */
  readonly write: (value: string | number, into: Buffer, at: number) => number;
}

/** Of one UTF-16 unit in UTF-8: counting them costs as much as writing them. */
const MOST_BYTES = 3;

const CODECS = {
  uuid: { oid: 2950, atMost: () => 16, write: (value, into, at) => writeUuid(String(value), into, at) },
  timestamptz: { oid: 1184, atMost: () => 8, write: (value, into, at) => writeInstant(Number(value), into, at) },
  int: { oid: 23, atMost: () => 4, write: (value, into, at) => into.writeInt32BE(whole(value), at) },
  bigint: { oid: 20, atMost: () => 8, write: (value, into, at) => writeBigint(whole(value), into, at) },
  text: {
    oid: 25,
    atMost: (value) => String(value).length * MOST_BYTES,
    write: (value, into, at) => at + into.write(String(value), at),
  },
  // A text behind the number of its format's version, which is 1.
  jsonb: {
    oid: 3802,
    atMost: (value) => 1 + String(value).length * MOST_BYTES,
    write: (value, into, at) => at + 1 + into.write(String(value), into.writeUInt8(1, at)),
  },
} as const satisfies Record<string, Codec>;

export type ElementType = keyof typeof CODECS;

/**
 * An array in Postgres' binary form (`array_recv`): dimensions, whether there are nulls, type, length, first subscript;
 * then each element behind its size. Postgres reads the text of an array character by character, which costs several
 * times as much. One that holds nulls only is written as the empty array.
 * Throws a RangeError for what is no value of the type.
 */
export function binaryArray(type: ElementType, values: readonly Cell[]): Buffer {
  const codec: Codec = CODECS[type];
  let atMost = 20;
  let nulls = 0;
  for (const value of values) {
    if (value === null) nulls += 1;
    else atMost += codec.atMost(value);
  }
  const length = nulls === values.length ? 0 : values.length;
  const into = Buffer.allocUnsafe(atMost + 4 * length);
  let at = into.writeInt32BE(length === 0 ? 0 : 1);
  at = into.writeInt32BE(nulls === 0 || length === 0 ? 0 : 1, at);
  at = into.writeInt32BE(codec.oid, at);
  if (length === 0) return into.subarray(0, at);
  at = into.writeInt32BE(length, at);
  at = into.writeInt32BE(1, at);
  for (const value of values) {
    const from = at + 4;
    at = value === null ? from : codec.write(value, into, from);
    into.writeInt32BE(value === null ? -1 : at - from, from - 4);
  }
  return into.subarray(0, at);
}

/** Postgres counts time from here, in microseconds. */
const Y2000_MS = Date.UTC(2000, 0, 1);
/** The years 1 to 9999, which ISO 8601 writes with four digits: an instant is refused in both forms, or in neither. */
const FIRST_INSTANT = Date.parse('0001-01-01T00:00:00.000Z');
const LAST_INSTANT = Date.parse('9999-12-31T23:59:59.999Z');
const WORD = 2 ** 32;
const UUID_LENGTH = 36;
const NO_DIGIT = 16;

/** By the code of a character: the value of a hexadecimal digit. */
const DIGITS = Uint8Array.from({ length: 128 }, (_, code) => {
  const digit = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(digit) ? NO_DIGIT : digit;
});

function writeUuid(text: string, into: Buffer, at: number): number {
  let seen = 0;
  for (let i = 0, to = at; i < UUID_LENGTH; i += 2) {
    if (i === 8 || i === 13 || i === 18 || i === 23) i += 1;
    const high = DIGITS[text.charCodeAt(i)] ?? NO_DIGIT;
    const low = DIGITS[text.charCodeAt(i + 1)] ?? NO_DIGIT;
    seen |= high | low;
    into[to++] = (high << 4) | low;
  }
  if (seen >= NO_DIGIT || text.length !== UUID_LENGTH) throw new RangeError(`"${text}" is no UUID`);
  return at + 16;
}

function writeInstant(instant: number, into: Buffer, at: number): number {
  if (!(instant >= FIRST_INSTANT && instant <= LAST_INSTANT)) throw new RangeError(`${instant} is no instant`);
  const sinceMs = Math.trunc(instant) - Y2000_MS;
  // What a number can't hold to the microsecond lies centuries away.
  if (Number.isSafeInteger(sinceMs * 1000)) return writeBigint(sinceMs * 1000, into, at);
  return into.writeBigInt64BE(BigInt(sinceMs) * 1000n, at);
}

/** Of a fraction a Buffer would keep the whole part, and of NaN a 0. */
function whole(value: string | number): number {
  if (Number.isSafeInteger(value)) return Number(value);
  throw new RangeError(`${value} is no whole number that can be kept`);
}

function writeBigint(value: number, into: Buffer, at: number): number {
  const high = Math.floor(value / WORD);
  into.writeInt32BE(high, at);
  return into.writeUInt32BE(value - high * WORD, at + 4);
}
