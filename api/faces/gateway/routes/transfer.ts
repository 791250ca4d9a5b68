import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { FaceApp, FaceEnv } from '../../../http/face.ts';
import { faultOf } from '../../../http/fault.ts';
import { requireRole } from '../../../http/roles.ts';
import { exportHistory, exportJobs } from '../../../verbs/export-jobs.ts';
import { getImport } from '../../../verbs/get-import.ts';
import { importJobs } from '../../../verbs/import-jobs.ts';
import type { ImportProgress } from '../../../verbs/import-record.ts';
import { errors, renderError } from '../errors.ts';
import { answer, body } from '../../../http/route-answers.ts';
import { refusals } from '../schema/refusals.ts';
import {
  exportBody,
  importBody,
  imported,
  importForm,
  importLine,
  importParams,
  importStanding,
  NOT_IMPORTED,
  notImported,
} from '../schema/transfer.ts';
import { CONTENT_TYPES, exportFile, streamOf } from '../translate/export-file.ts';
import { exportedExecution, exportedJob } from '../translate/export-shape.ts';
import { entriesOf, readEntries } from '../translate/import-file.ts';
import { readImport } from '../translate/import-request.ts';
import { told } from '../translate/import-lines.ts';
import { importShape, progressShape, standingShape } from '../translate/import-shape.ts';
import { BASE } from '../translate/job-id.ts';
import { isoSeconds } from '../../../http/times.ts';
import { readingOf } from './reading.ts';

/** Newline-delimited JSON. */
const LINES: string = 'application/x-ndjson';

const give = createRoute({
  method: 'post',
  path: `${BASE}/jobs/export`,
  tags: ['Bulk operations'],
  summary: 'Export all jobs',
  description:
    'Needs the role `admin`. A download that is written while it is read; POST it to `/jobs/import` to restore.',
  middleware: requireRole('admin'),
  request: { body: body(exportBody, false) },
  responses: {
    200: {
      description: 'The file.',
      content: {
        'application/json': { schema: importBody.shape.config },
        'application/yaml': { schema: importBody.shape.config },
      },
    },
    ...refusals(400),
  },
});

const faulty = {
  description: 'An entry is faulty; nothing was stored.',
  content: { 'application/json': { schema: notImported, example: NOT_IMPORTED } },
};

const take = createRoute({
  method: 'post',
  path: `${BASE}/jobs/import`,
  tags: ['Bulk operations'],
  summary: 'Import jobs',
  description:
    'Needs the role `admin`. All or none: with any fault nothing is stored, and each is told. Jobs keep their ids where these ' +
    'are free, and intervals their phase. Jobs that the file does not name stay as they are; repeating it changes nothing. ' +
    'With `Accept: application/x-ndjson` the answer is streamed: lines that tell how far it is, and last the answer itself.',
  middleware: requireRole('admin'),
  request: {
    body: {
      required: true,
      content: {
        'multipart/form-data': { schema: { $ref: '#/components/schemas/ImportForm' } },
        'application/json': { schema: { $ref: '#/components/schemas/ImportBody' } },
      },
    },
  },
  responses: {
    200: {
      description: 'What became of the jobs.',
      content: { 'application/json': { schema: imported }, [LINES]: { schema: importLine } },
    },
    ...refusals(409, 413),
    400: faulty,
  },
});

const ask = createRoute({
  method: 'get',
  path: `${BASE}/jobs/import/{import_id}`,
  tags: ['Bulk operations'],
  summary: 'Get the progress of an import',
  description: 'How far it is while it goes on, and what became of it.',
  request: { params: importParams },
  responses: { 200: answer('How far it is.', importStanding), ...refusals(404) },
});

export function addTransferRoutes(app: FaceApp): void {
  app.openAPIRegistry.register('ImportForm', importForm);
  app.openAPIRegistry.register('ImportBody', importBody);

  app.openapi(give, async (c) => {
    const { format = 'json', include_history: history, include_statistics: statistics } = c.req.valid('json');
    const { verb } = c.var;
    const at = verb.now();
    const file = exportFile(format, {
      head: { format: 'almanac-jobs', version: 1, exported_at: isoSeconds(at) },
      lists: {
        jobs: shaped(exportJobs(verb), (view) => exportedJob(view, statistics ?? false)),
        ...(history === true && { history: shaped(exportHistory(verb), exportedExecution) }),
      },
    });
    const stamp = isoSeconds(at).replace(/\D/g, '');
    return new Response(streamOf(file), {
      headers: {
        'Content-Type': CONTENT_TYPES[format],
        'Content-Disposition': `attachment; filename="jobs_${stamp}.${format}"`,
        'Cache-Control': 'no-store',
      },
    });
  });

  app.openapi(take, async (c) => {
    const { content, strategy, dry_run: dryRun } = await readImport(c);
    const entries = entriesOf(content);
    const { verb } = c.var;
    const work = async (onProgress?: (progress: ImportProgress) => void) => {
      const { items, faults } = await readEntries(entries, readingOf(c));
      const asked = { items, faults, strategy, dryRun, maxJobs: verb.limits.maxJobs };
      const report = await importJobs(verb, { ...asked, ...(onProgress !== undefined && { onProgress }) });
      return importShape(report, { strategy, dryRun, processed: entries.length, at: verb.now() });
    };
    if (c.req.header('accept')?.includes(LINES) !== true) {
      const shape = await work();
      return shape.success ? c.json(shape, 200) : c.json(shape, 400);
    }
    const lines = told(
      (tell) => work((progress) => tell(progressShape(progress))),
      (error) => refusalOf(c, error),
    );
    return c.body(streamOf(lines), 200, { 'Content-Type': LINES, 'Cache-Control': 'no-store' });
  });

  app.openapi(ask, async (c) => {
    return c.json(standingShape(await getImport(c.var.verb, c.req.valid('param').import_id)), 200);
  });
}

/** A failure after the answer has begun, in the face's own words: its status can't be told any more. */
function refusalOf(c: Context<FaceEnv>, error: unknown): object {
  const fault = faultOf(error);
  if (fault.code === 'INTERNAL') c.var.log.error({ error, path: c.req.path }, 'A request failed');
  return renderError(fault, errors[fault.code], c.var.verb.now());
}

async function* shaped<T>(entries: AsyncIterable<T>, shape: (entry: T) => unknown): AsyncGenerator<unknown, void> {
  for await (const entry of entries) yield shape(entry);
}
