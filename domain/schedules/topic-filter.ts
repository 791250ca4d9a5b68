import { cleanJson } from '../json.ts';

/** What is wrong with an MQTT topic filter (MQTT 5, section 4.7) and what to write instead; or null. */
export function topicFilterFault(filter: string): string | null {
  if (filter === '') return 'must name an MQTT topic, such as "sensors/+/door" or "alarms/#"';
  if (filter.length > 1024) return 'may have at most 1024 characters';
  if (cleanJson(filter) !== filter) return 'may hold neither NUL nor half a surrogate pair';
  if (filter.startsWith('$share/')) return 'may not be a shared subscription: leave out "$share/<group>/"';
  const levels = filter.split('/');
  if (levels.some((level) => level.includes('+') && level !== '+')) {
    return 'may hold "+" only as a whole level, such as "sensors/+/door"';
  }
  if (levels.some((level, index) => level.includes('#') && (level !== '#' || index < levels.length - 1))) {
    return 'may hold "#" only as its whole last level, such as "alarms/#"';
  }
  return null;
}
