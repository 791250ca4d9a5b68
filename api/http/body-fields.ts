import { z } from '@hono/zod-openapi';

/** How a field appears in the API reference. */
export interface FieldDoc {
  readonly description: string;
  readonly example?: unknown;
  readonly [keyword: string]: unknown;
}

/** What a missing field and a wrong one are told: the same sentence says what to write. */
const told = (needed: string) => ({
  error: (issue: { input?: unknown }) => (issue.input === undefined ? `is missing: it ${needed}` : needed),
});

export function text(doc: FieldDoc, bounds: { min?: number; max: number }) {
  const { min = 0, max } = bounds;
  const needed = min > 0 ? `must be text of ${min} to ${max} characters` : `must be text of at most ${max} characters`;
  return z.string(told(needed)).trim().min(min, needed).max(max, needed).openapi(doc);
}

export function flag(doc: FieldDoc) {
  return z.boolean(told('must be true or false')).openapi(doc);
}

export function wholeNumber(doc: FieldDoc, min: number, max: number) {
  const needed = `must be a whole number from ${min} to ${max}`;
  return z.number(told(needed)).int(needed).min(min, needed).max(max, needed).openapi(doc);
}

/** One of these words. */
export function choice<const Words extends readonly string[]>(words: Words, doc: Partial<FieldDoc>) {
  return z.enum(words, { error: `must be one of: ${words.join(', ')}` }).openapi(doc);
}

/** A field that the domain checks: here it only has its name and its place in the API reference. */
export function checkedByDomain(doc: FieldDoc) {
  return z.unknown().optional().openapi(doc);
}

/** An object with these fields and no others: an unknown one is refused by its name. */
export function record<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, told(`must be an object with fields out of: ${Object.keys(shape).join(', ')}`));
}

const TAG = /^[^,\s](?:[^,]*[^,\s])?$/;

/** Tags of a job: a filter separates them by commas, so a tag holds none. */
export const tags = z
  .array(
    z
      .string('must be text')
      .max(64, 'may have at most 64 characters')
      .regex(TAG, 'must not be empty, nor hold a comma, nor begin or end with a space'),
    told('must be a list of tags, such as ["sensors", "polling"]'),
  )
  .max(50, 'may have at most 50 tags')
  .transform((list) => [...new Set(list)])
  .openapi({
    type: 'array',
    items: { type: 'string' },
    example: ['modbus', 'polling'],
    description: 'Free words to filter by.',
  });
