import type { Json } from '../../../domain/json.ts';

/** A value that no JSON can hold, or too much of it. */
export class NotJson extends Error {
  override readonly name = 'NotJson';
}

/** A value as it travels: what JSON makes of it, nothing as null. Throws NotJson; `what` begins the sentence. */
export function boundedJson(value: unknown, what: string, mostBytes: number): Json {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    throw new NotJson(`${what} is not JSON (${error instanceof Error ? error.message : String(error)}): make it plain`);
  }
  if (text === undefined) {
    if (value === undefined) return null;
    throw new NotJson(`${what} is a ${typeof value}, which JSON can't hold: give plain data`);
  }
  const bytes = Buffer.byteLength(text);
  if (bytes <= mostBytes) return JSON.parse(text) as Json;
  throw new NotJson(
    `${what} is ${Math.ceil(bytes / 1024)} kB of JSON, and at most ${mostBytes / 1024} kB are kept: ` +
      'store it elsewhere, and give a reference to it',
  );
}
