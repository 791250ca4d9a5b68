import type { Json } from '../domain/json.ts';
import { jsonOfText } from '../domain/templates.ts';
import type { MqttConnection } from './mqtt-publisher.ts';

/** Values longer than this are not kept: a template variable is a reading, not a file. */
const LONGEST_VALUE = 65_536;

/**
 * Follows the configured topics and keeps the value that last arrived on each, or a part of it by a JSON pointer
 * (RFC 6901): what `${TEMP_READING}` stands for (DECISIONS section 4, MQTT_VALUES).
 */
export function followValues(
  connection: MqttConnection,
  values: Readonly<Record<string, { readonly topic: string; readonly pointer: string }>>,
): (name: string) => Json | undefined {
  const latest = new Map<string, Json>();
  const topics = new Set(Object.values(values).map((value) => value.topic));
  for (const filter of topics) {
    connection.subscribe(filter, (_topic, payload) => {
      if (payload.length > LONGEST_VALUE) return;
      const arrived = jsonOfText(payload.toString('utf8'));
      for (const [name, { topic, pointer }] of Object.entries(values)) {
        if (topic !== filter) continue;
        const value = at(arrived, pointer);
        if (value !== undefined) latest.set(name, value);
      }
    });
  }
  return (name) => latest.get(name);
}

function at(value: Json, pointer: string): Json | undefined {
  const steps = pointer.split('/').slice(1);
  return steps.reduce<Json | undefined>((inner, step) => {
    if (inner === null || typeof inner !== 'object') return undefined;
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    return Object.hasOwn(inner, key) ? (inner as Record<string, Json>)[key] : undefined;
  }, value);
}
