import type { Context } from 'hono';
import { invalid } from '../../../../domain/errors.ts';
import { parseWith } from '../../../../domain/parse.ts';
import type { FaceEnv } from '../../../http/face.ts';
import { optionalBody } from '../../../http/optional-body.ts';
import { importOptions, type ImportOptions } from '../schema/transfer.ts';
import { readFile } from './import-file.ts';

export interface ImportRequest extends ImportOptions {
  readonly content: unknown;
}

/**
 * Reads both documented forms (gateway.txt, Import Jobs Configuration; Python, Bulk Job Management): a form with the file
 * in `configFile` and the options beside it, or JSON with the jobs in `config`. A file may hold the options itself.
 */
export async function readImport(c: Context<FaceEnv>): Promise<ImportRequest> {
  const isForm = /^multipart\/form-data/i.test(c.req.header('content-type') ?? '');
  const { content, options } = isForm ? await readForm(c) : await readJson(c);
  const own = isRecord(content) ? pick(content) : {};
  return { content, ...parseWith(importOptions, { ...own, ...options }, 'INVALID_INPUT') };
}

async function readForm(c: Context<FaceEnv>): Promise<{ content: unknown; options: object }> {
  const form = await c.req.parseBody().catch((error: unknown) => {
    throw invalid('INVALID_INPUT', [
      { path: 'body', message: `is no proper multipart form: ${(error as Error).message}` },
    ]);
  });
  const { configFile, ...options } = form;
  if (typeof configFile !== 'string' && !(configFile instanceof File)) {
    throw invalid('INVALID_INPUT', [{ path: 'configFile', message: 'must be one part, with the exported file' }]);
  }
  const text = typeof configFile === 'string' ? configFile : await configFile.text();
  return { content: readFile(text), options };
}

async function readJson(c: Context<FaceEnv>): Promise<{ content: unknown; options: object }> {
  const body = optionalBody(await c.req.text());
  if (!isRecord(body)) {
    throw invalid('INVALID_INPUT', [{ path: 'body', message: 'must be an object with the jobs in "config"' }]);
  }
  const { config, ...options } = body;
  return config === undefined ? { content: body, options: {} } : { content: config, options };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function pick({ strategy, dry_run: dryRun }: Record<string, unknown>): object {
  return { ...(strategy !== undefined && { strategy }), ...(dryRun !== undefined && { dry_run: dryRun }) };
}
