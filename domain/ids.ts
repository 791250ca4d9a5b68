import type { Instant } from './schedules/kind.ts';

/**
 * Time-ordered UUIDs (version 7, RFC 9562) whose first bits after the time are a counter and the process's slot, so
 * that an execution's gateway id (`exec_` + UTC time to the millisecond + digits where that is shared) and its UUID are
 * two spellings of one thing: neither a column nor an index is needed for the other.
 * Layout: 48 bits ms · 4 version · 12 counter · 2 variant · 10 slot · 52 random.
 */
export interface IdSource {
  /** A new UUID, later in order than every earlier one of this source. */
  next(): string;
}

const MAX_COUNTER = 4095;
export const MAX_SLOT = 1023;

/** `slot` is this process's number among the live ones (0–1023); `random` gives 52-bit integers. */
export function createIdSource(options: { slot: number; now: () => Instant; random: () => number }): IdSource {
  let lastMs = 0;
  let counter = 0;
  return {
    next() {
      const now = options.now();
      if (now > lastMs) {
        lastMs = now;
        counter = 0;
      } else if (counter < MAX_COUNTER) {
        counter += 1;
      } else {
        lastMs += 1;
        counter = 0;
      }
      return compose(lastMs, counter, options.slot, Math.floor(options.random() * 2 ** 52));
    },
  };
}

/** A tick makes thousands: digits come from small numbers, as those of large ones take several times as long. */
function compose(ms: number, counter: number, slot: number, random: number): string {
  const upper = Math.floor(random / 2 ** 24);
  const tail = (0x8000 | ((slot << 4) & 0x3ff0) | (upper >>> 24)).toString(16);
  const node = hex(upper & 0xffffff, 6) + hex(random - upper * 2 ** 24, 6);
  return `${hex(Math.floor(ms / 2 ** 16), 8)}-${hex(ms & 0xffff, 4)}-7${hex(counter, 3)}-${tail}-${node}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** The digits of a gateway id: 17 of UTC time, then slot and counter where either is not zero. */
export function stampOf(uuid: string): string {
  const ms = Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);
  const counter = Number.parseInt(uuid.slice(15, 18), 16);
  const slot = (Number.parseInt(uuid.slice(19, 23), 16) >> 4) & 0x3ff;
  const time = new Date(ms).toISOString().replace(/\D/g, '');
  return slot === 0 && counter === 0 ? time : `${time}${String(slot).padStart(4, '0')}${String(counter)}`;
}

/** The range `[from, to)` of UUIDs that a stamp stands for (one UUID in practice), or null when it is malformed. */
export function uuidRangeOf(stamp: string): { from: string; to: string } | null {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})(?:(\d{4})(\d{1,4}))?$/.exec(stamp);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, milli, slotText, counterText] = match;
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${milli}Z`);
  const slot = Number(slotText ?? 0);
  const counter = Number(counterText ?? 0);
  if (Number.isNaN(ms) || slot > MAX_SLOT || counter > MAX_COUNTER) return null;
  const from = compose(ms, counter, slot, 0);
  // One spelling for each: no days that a month lacks, no needless zeros.
  return stampOf(from) === stamp ? { from, to: compose(ms, counter, slot, 2 ** 52 - 1) } : null;
}
