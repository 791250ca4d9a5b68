import { z } from '@hono/zod-openapi';
import type { FieldDoc } from './body-fields.ts';

/** More than this a page is cut down to it, and says so in the answer's `limit`. */
const MOST = 500;
const FURTHEST = 10_000_000;

export function count(doc: FieldDoc, fallback: number, min: number, max: number) {
  return number(doc, min, max).default(fallback).openapi({ default: fallback });
}

/** A whole number that may be left out only where its schema says so. */
export function number(doc: FieldDoc, min: number, max: number) {
  const needed = `must be a whole number from ${min} to ${max}`;
  return z
    .string(needed)
    .regex(/^\d{1,15}$/, needed)
    .transform(Number)
    .refine((value) => value >= min && value <= max, needed)
    .openapi({ type: 'integer', minimum: min, maximum: max, ...doc });
}

export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words, doc: FieldDoc) {
  return z
    .enum(words, { error: `must be one of: ${words.join(', ')}` })
    .openapi({ type: 'string', enum: [...words], ...doc });
}

/** `limit`: how many entries a page has where nothing is said. */
export function pageSize(usual: number) {
  return count({ description: `Entries of a page; at most ${MOST} come at once.`, example: usual }, usual, 1, 1_000_000)
    .transform((value) => Math.min(value, MOST))
    .openapi({ type: 'integer', minimum: 1, default: usual });
}

/** `offset`. */
export const pageStart = count({ description: 'Entries to leave out before the page.', example: 0 }, 0, 0, FURTHEST);
