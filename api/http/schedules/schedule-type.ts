import type { ScheduleKindName } from '../../../domain/schedules/index.ts';
import { SCHEDULE_FIELDS, type ScheduleFieldName } from './schedule-fields.ts';

/** One `type` of a face: the domain's kind, its fields (the needed ones first), and what the type itself says. */
export interface ScheduleType {
  readonly kind: ScheduleKindName;
  readonly needed: readonly ScheduleFieldName[];
  readonly optional: readonly ScheduleFieldName[];
  readonly fixed?: Readonly<Partial<Record<ScheduleFieldName, string>>>;
}

export function fieldsOf(type: ScheduleType): ScheduleFieldName[] {
  return [...type.needed, ...type.optional];
}

/** The types and their fields as lines of a list, the needed ones in bold: for the API reference. */
export function typesInWords(types: Readonly<Record<string, ScheduleType>>): string {
  const lines = Object.entries(types).map(([word, { needed, optional }]) => {
    const fields = [...needed.map((field) => `**${field}**`), ...optional];
    return fields.length === 0 ? `- \`${word}\`` : `- \`${word}\`: ${fields.join(', ')}`;
  });
  return lines.join('\n');
}

/** Every field in the form of the API reference. */
export const FIELD_DOCS = Object.fromEntries(Object.entries(SCHEDULE_FIELDS).map(([field, { doc }]) => [field, doc]));
