import { z } from 'zod';

/** What lists of functions show (console.txt, TaskFunction). */
export interface FunctionMetadata {
  /** Unique among the functions of a service. */
  readonly key: string;
  readonly nameEn: string;
  readonly nameAr: string;
  readonly descriptionEn: string | null;
  readonly descriptionAr: string | null;
}

const key = z
  .string('must be a text')
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/,
    'use at most 100 letters, digits, "_", "-" and ".", a letter or digit first',
  );
const name = z.string('must be a text').trim().min(1, 'must not be empty').max(255, 'may have at most 255 characters');
const description = z.string('must be a text').trim().max(10_000, 'may have at most 10000 characters');

const schema = z
  .object({
    key,
    name_en: name.optional(),
    name_ar: name.optional(),
    description_en: description.optional(),
    description_ar: description.optional(),
    description: description.optional(),
  })
  .transform((given): FunctionMetadata => {
    const nameEn = given.name_en ?? spoken(given.key);
    return {
      key: given.key,
      nameEn,
      nameAr: given.name_ar ?? nameEn,
      descriptionEn: given.description_en ?? given.description ?? null,
      descriptionAr: given.description_ar ?? null,
    };
  });

/** What a file exports beside its function, and the file's name in the place of a missing key. */
export function readMetadata(exported: Readonly<Record<string, unknown>>, fileName: string): FunctionMetadata {
  const parsed = schema.safeParse({ key: fileName, ...exported });
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`its metadata is wrong: ${faults.join('; ')}`);
}

/** `hris_sync` → `Hris sync`. */
function spoken(text: string): string {
  const words = text.replace(/[_.-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
