import { createRoute } from '@hono/zod-openapi';
import type { FaceApp } from '../../../http/face.ts';
import { requireRole } from '../../../http/roles.ts';
import { exportHistory, exportJobs } from '../../../verbs/export-jobs.ts';
import { importJobs } from '../../../verbs/import-jobs.ts';
import { answer, body } from '../../../http/route-answers.ts';
import { refusals } from '../schema/refusals.ts';
import { exportBody, importBody, imported, importForm, NOT_IMPORTED, notImported } from '../schema/transfer.ts';
import { CONTENT_TYPES, exportFile, streamOf } from '../translate/export-file.ts';
import { exportedExecution, exportedJob } from '../translate/export-shape.ts';
import { entriesOf, readEntries } from '../translate/import-file.ts';
import { readImport } from '../translate/import-request.ts';
import { importShape } from '../translate/import-shape.ts';
import { BASE } from '../translate/job-id.ts';
import { isoSeconds } from '../../../http/times.ts';
import { readingOf } from './reading.ts';

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
    'are free, and intervals their phase. Jobs that the file does not name stay as they are; repeating it changes nothing.',
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
    200: answer('What became of the jobs.', imported),
    ...refusals(409, 413),
    400: faulty,
  },
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
    const { items, faults } = readEntries(entriesOf(content), readingOf(c));
    const { verb } = c.var;
    const report = await importJobs(verb, { items, faults, strategy, dryRun, maxJobs: verb.limits.maxJobs });
    const shape = importShape(report, { strategy, dryRun, processed: entriesOf(content).length, at: verb.now() });
    return shape.success ? c.json(shape, 200) : c.json(shape, 400);
  });
}

async function* shaped<T>(entries: AsyncIterable<T>, shape: (entry: T) => unknown): AsyncGenerator<unknown, void> {
  for await (const entry of entries) yield shape(entry);
}
