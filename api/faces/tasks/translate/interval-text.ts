const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const PLAIN = /^(?:every\s+)?(\d{1,9})\s*(s|sec|secs|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)?$/i;
const ISO = /^P(?=.)(?:(\d{1,9})D)?(?:T(?=.)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?$/i;

/** The seconds of `"300"`, `"90s"`, `"5m"`, `"every 2 hours"` or `"PT15M"`; null where it is none of these. */
export function intervalSeconds(text: string): number | null {
  const plain = PLAIN.exec(text.trim());
  if (plain !== null) return Number(plain[1]) * (UNIT_SECONDS[(plain[2] ?? 's').charAt(0).toLowerCase()] ?? 1);
  const iso = ISO.exec(text.trim());
  if (iso === null) return null;
  const [days, hours, minutes, seconds] = iso.slice(1).map((digits) => Number(digits ?? 0));
  return (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0);
}
