/** One field of a cron expression: its bounds, the names of its values from `min` on, and forms of its own. */
interface CronField {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
  readonly ownForms: RegExp | null;
}

const field = (
  name: string,
  min: number,
  max: number,
  names: string[] = [],
  ownForms: RegExp | null = null,
): CronField => ({
  name,
  min,
  max,
  names,
  ownForms,
});

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const FIELDS: readonly CronField[] = [
  field('second', 0, 59),
  field('minute', 0, 59),
  field('hour', 0, 23),
  field('day of month', 1, 31, [], /^(l|lw|\?|(0?[1-9]|[12]\d|3[01])w)$/),
  field('month', 1, 12, MONTHS),
  field('day of week', 0, 7, DAYS, new RegExp(`^(\\?|([0-7]|${DAYS.join('|')})(l|#[1-5]))$`)),
];

const NICKNAMES: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);

const LONGEST = 255;

/** The six fields of an expression, seconds first, nicknames spelled out. Sound only where `cronFault` is null. */
export function cronFields(expression: string): readonly string[] {
  const text = expression.trim().toLowerCase();
  const fields = (NICKNAMES.get(text) ?? text).split(/[ \t]+/);
  return fields.length === 5 ? ['0', ...fields] : fields;
}

/** No `*` and no step in seconds, minutes and hours: certain times of day, not a rhythm. */
export function firesAtFixedTimes(fields: readonly string[]): boolean {
  return !/[*/]/.test(fields.slice(0, 3).join());
}

/** What is wrong with an expression and what to write instead, every field at once; or null. */
export function cronFault(expression: string): string | null {
  if (expression.length > LONGEST) return `is longer than ${LONGEST} characters: use ranges and steps, or several jobs`;
  const text = expression.trim();
  if (text.startsWith('@') && !NICKNAMES.has(text.toLowerCase())) {
    const advice = /^@every\b/i.test(text)
      ? 'use a schedule of kind "interval"'
      : `use one of ${[...NICKNAMES.keys()].join(', ')}`;
    return `${quote(text)} is not supported: ${advice}`;
  }
  if (/^(CRON_)?TZ=/i.test(text)) return 'may not name a time zone: give it in the field timezone';
  const fields = cronFields(text);
  if (fields.length !== 6) {
    return (
      `must have 5 fields (minute, hour, day of month, month, day of week) or 6 (seconds first), ` +
      `such as "30 9 * * mon-fri"; ${quote(text)} has ${text === '' ? 0 : fields.length}`
    );
  }
  const faults = FIELDS.flatMap((one, index) => fieldFaults(one, fields[index] ?? ''));
  return faults.length === 0 ? null : faults.join('; ');
}

function fieldFaults(one: CronField, text: string): string[] {
  const entries = text.split(',');
  if (entries.includes('lw') && entries.length > 1) return [`${one.name}: LW must stand alone`];
  return entries.flatMap((entry) => {
    const fault = entryFault(one, entry);
    return fault === null ? [] : [`${one.name}: ${fault}`];
  });
}

function entryFault(one: CronField, entry: string): string | null {
  if (entry === '*' || one.ownForms?.test(entry)) return null;
  const [range = '', step, ...more] = entry.split('/');
  const [low = '', high, ...beyond] = range.split('-');
  if (more.length > 0 || beyond.length > 0) return unreadable(one, entry);
  const count = one.max - one.min + 1;
  if (step !== undefined && !(/^\d+$/.test(step) && Number(step) >= 1 && Number(step) <= count)) {
    return `the step of ${quote(entry)} must be a whole number from 1 to ${count}`;
  }
  if (range === '*') return null;
  const first = valueOf(one, low, false);
  const last = high === undefined ? first : valueOf(one, high, true);
  if (first === null || last === null) return unreadable(one, entry);
  if (first <= last) return null;
  return `${quote(entry)} runs backwards: write ${first}-${one.max},${one.min}-${last}`;
}

/** A number or a name; Sunday at the end of a range is 7. Null outside of the bounds. */
function valueOf(one: CronField, text: string, endsRange: boolean): number | null {
  const named = one.names.indexOf(text);
  if (named >= 0) return endsRange && text === 'sun' ? 7 : one.min + named;
  const value = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return value >= one.min && value <= one.max ? value : null;
}

function unreadable(one: CronField, entry: string): string {
  const [name] = one.names;
  const names = name === undefined ? '' : ` or names such as ${name.toUpperCase()}`;
  return `cannot read ${quote(entry)}: use numbers from ${one.min} to ${one.max}${names}, *, ranges a-b, steps */n and lists a,b${ownForms(one)}`;
}

function ownForms(one: CronField): string {
  if (one.ownForms === null) return '';
  return one.names.length === 0
    ? '; also L (last), LW, 15W (nearest weekday)'
    : '; also 5L (last Friday), 5#2 (second Friday)';
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
