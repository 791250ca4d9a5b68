import { invalid } from '../../../../domain/errors.ts';
import type { JsonObject } from '../../../../domain/json.ts';
import { faultsOf } from '../../../../domain/parse.ts';
import {
  fillTemplate,
  parseTemplate,
  templateValues,
  type TemplateDefinition,
} from '../../../../domain/schedule-template.ts';
import { isoSeconds } from '../../../http/times.ts';
import type { ScheduleTemplate } from '../../../verbs/schedule-templates.ts';
import { createBody, type CreateBody } from '../schema/schedule-bodies.ts';
import { specOf, type Reading } from './schedule-input.ts';

/** Reads a definition; where every parameter has a default, what it makes is checked too. Throws INVALID_… */
export function readTemplate(body: { parameters?: unknown; schedule?: unknown }, reading: Reading): TemplateDefinition {
  const { parameters, schedule } = body;
  const definition = parseTemplate({ schedule, ...(parameters !== undefined && { parameters }) });
  if (Object.values(definition.parameters).every((parameter) => parameter.default !== undefined))
    specOf(bodyFrom(definition, {}).body, reading);
  return definition;
}

/** The body of a schedule made from a template, checked, and the values that it was made with. Throws INVALID_INPUT. */
export function bodyFrom(
  definition: TemplateDefinition,
  given: { parameters?: JsonObject | undefined; overrides?: JsonObject | undefined },
): { body: CreateBody; values: JsonObject } {
  const values = templateValues(definition, given.parameters ?? {});
  const checked = createBody.safeParse({ ...fillTemplate(definition, values), ...given.overrides });
  if (!checked.success) throw invalid('INVALID_INPUT', faultsOf(checked.error, 'schedule'));
  return { body: checked.data, values };
}

export function templateShape({ name, version, description, definition, createdBy, createdAt }: ScheduleTemplate) {
  const { parameters, schedule } = definition;
  return {
    name,
    version,
    description,
    parameters: { ...parameters },
    schedule: { ...schedule },
    created_by: createdBy,
    created_at: isoSeconds(createdAt),
  };
}
