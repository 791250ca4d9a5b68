import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import { invalid } from '../../domain/errors.ts';
import { tooLarge } from './fault.ts';

const MB = 1_048_576;
const USUAL_LIMIT = MB;
const BULK_LIMIT = 20 * MB;
/** Far beyond any document of ours, and far below what exhausts the stack of whoever walks through it. */
const DEEPEST = 64;

const JSON_TYPE = /^application\/([a-z0-9.+-]+\+)?json\s*(;|$)/i;
const FORM_TYPE = /^multipart\/form-data\s*;/i;

/** Bodies up to 1 MB, on bulk paths 20 MB (LIBRARIES section 5); JSON or a form; not too deep. Throws otherwise. */
export function bodyGuard(isBulk: (c: Context) => boolean) {
  const usual = limitOf(USUAL_LIMIT);
  const bulk = limitOf(BULK_LIMIT);
  return createMiddleware(async (c, next) => {
    if (!hasBody(c)) return next();
    const type = c.req.header('content-type') ?? '';
    const isJson = JSON_TYPE.test(type);
    if (!isJson && !FORM_TYPE.test(type)) {
      const given = type === '' ? 'none is given' : `it is "${type.slice(0, 80)}"`;
      throw invalid('INVALID_INPUT', [
        { path: 'Content-Type', message: `must be application/json for this body; ${given}` },
      ]);
    }
    return (isBulk(c) ? bulk : usual)(c, async () => {
      if (isJson) checkJson(await c.req.text());
      await next();
    });
  });
}

function limitOf(maxSize: number) {
  return bodyLimit({
    maxSize,
    onError: () => {
      throw tooLarge(maxSize);
    },
  });
}

function hasBody(c: Context): boolean {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return false;
  return c.req.header('transfer-encoding') !== undefined || Number(c.req.header('content-length') ?? 0) > 0;
}

function checkJson(text: string): void {
  if (depthOf(text) > DEEPEST) {
    throw invalid('INVALID_INPUT', [{ path: 'body', message: `is nested more than ${DEEPEST} levels deep` }]);
  }
  try {
    JSON.parse(text);
  } catch (error) {
    throw invalid('INVALID_INPUT', [{ path: 'body', message: `is not JSON: ${(error as Error).message}` }]);
  }
}

/** How deep arrays and objects stand in each other, text within quotes left out. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const char = text.charCodeAt(i);
    if (quoted) {
      if (char === 0x5c) i += 1;
      else if (char === 0x22) quoted = false;
    } else if (char === 0x22) quoted = true;
    else if (char === 0x7b || char === 0x5b) deepest = Math.max(deepest, (depth += 1));
    else if (char === 0x7d || char === 0x5d) depth -= 1;
  }
  return deepest;
}
