const IANA_NAME = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;
const EXAMPLES = 'use an IANA name such as "Europe/Berlin", "America/New_York" or "UTC"';
const LONGEST_NAME = 64;

let names: readonly string[] | undefined;

/** The canonical names that this runtime knows; aliases such as `Asia/Kolkata` work too, but Intl does not list them. */
function canonicalNames(): readonly string[] {
  names ??= ['UTC', ...Intl.supportedValuesOf('timeZone')];
  return names;
}

/** The zone's name in its usual capitals, or null when there is no such zone. */
export function knownTimezone(name: string): string | null {
  if (name.length > LONGEST_NAME || !IANA_NAME.test(name)) return null;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
  } catch {
    return null;
  }
  const lower = name.toLowerCase();
  return canonicalNames().find((known) => known.toLowerCase() === lower) ?? name;
}

/** Why `name` is no zone, and what to write instead. */
export function timezoneFault(name: string): string {
  if (name.length > LONGEST_NAME) return `is no time zone: ${EXAMPLES}`;
  const quoted = JSON.stringify(name);
  if (/^(UTC|GMT)?[+-]\d/i.test(name)) {
    return `${quoted} is an offset, which knows no clock changes: ${EXAMPLES}`;
  }
  const close = closeNames(name);
  if (close.length === 0) return `${quoted} is no known time zone: ${EXAMPLES}`;
  return `${quoted} is no known time zone: did you mean ${close.map((near) => `"${near}"`).join(' or ')}?`;
}

/** At most three names that differ, whole or in their city, by few letters. */
function closeNames(name: string): string[] {
  const wanted = letters(name);
  const atMost = Math.min(3, Math.floor(wanted.length / 3));
  return canonicalNames()
    .map((known) => {
      const city = known.slice(known.lastIndexOf('/') + 1);
      return { known, distance: Math.min(editDistance(wanted, letters(known)), editDistance(wanted, letters(city))) };
    })
    .filter(({ distance }) => distance <= atMost)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ known }) => known);
}

function letters(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]+/g, '');
}

/** Levenshtein's distance: how many letters to add, drop or replace. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
