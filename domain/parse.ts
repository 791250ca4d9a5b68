import type { z } from 'zod';
import { invalid, type ErrorCode, type Fault } from './errors.ts';

/** Parses untrusted input with a schema; every fault is named at once, below `prefix`. Throws a `DomainError`. */
export function parseWith<T>(schema: z.ZodType<T>, input: unknown, code: ErrorCode, prefix = ''): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw invalid(code, faultsOf(parsed.error, prefix));
}

/** The faults of a zod error, unknown fields by their own names, each with its dotted path. */
export function faultsOf(error: z.ZodError, prefix = ''): Fault[] {
  return error.issues.flatMap((issue): Fault[] => {
    const path = [prefix, ...issue.path.map(String)].filter((part) => part !== '').join('.');
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
    return issue.keys.map((key) => ({
      path: path === '' ? key : `${path}.${key}`,
      message: 'unknown field: remove it, or check its spelling',
    }));
  });
}
