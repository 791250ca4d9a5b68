import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { JsonObject } from '../../../../domain/json.ts';
import type { FaceApp } from '../../../http/face.ts';
import { linkPages } from '../../../http/page-links.ts';
import { etagOf } from '../../../http/preconditions.ts';
import { answer, body } from '../../../http/route-answers.ts';
import {
  deleteTemplate,
  getTemplate,
  listTemplates,
  listTemplateVersions,
  saveTemplate,
  type ScheduleTemplate,
} from '../../../verbs/schedule-templates.ts';
import { createSchedule } from '../operations.ts';
import { claim } from '../schema/claims.ts';
import { refusals } from '../schema/refusals.ts';
import { scheduleBody } from '../schema/schedule-answers.ts';
import {
  changedTemplate,
  fromTemplate,
  newTemplate,
  templateBody,
  templateList,
  templateParams,
  templatesQuery,
  templateVersions,
  versionQuery,
} from '../schema/templates.ts';
import { claimantOf } from '../translate/claimant.ts';
import { API, SCHEDULES } from '../translate/schedule-id.ts';
import { readingOf } from '../translate/schedule-input.ts';
import { scheduleShape } from '../translate/schedule-shape.ts';
import { bodyFrom, readTemplate, templateShape } from '../translate/template-shape.ts';
import { requestOf } from './request.ts';

const TEMPLATES = `${API}/schedule-templates`;
const path = `${TEMPLATES}/{name}`;
const TAGS = ['Templates'];

const list = createRoute({
  method: 'get',
  path: TEMPLATES,
  tags: TAGS,
  summary: 'List templates',
  description: 'By name, each in its latest version.',
  request: { query: templatesQuery },
  responses: { 200: answer('A page of them.', templateList), ...refusals(400) },
});

const create = createRoute({
  method: 'post',
  path: TEMPLATES,
  tags: TAGS,
  summary: 'Create a template',
  description: 'Its first version. Where every parameter has a default, the schedule that it makes is checked at once.',
  request: { headers: claim('created'), body: body(newTemplate) },
  responses: { 201: answer('It stands.', templateBody), ...refusals(400, 409, 413) },
});

const details = createRoute({
  method: 'get',
  path,
  tags: TAGS,
  summary: 'Get a template',
  description: 'The latest version, or the one that is asked for.',
  request: { params: templateParams, query: versionQuery },
  responses: { 200: answer('The template.', templateBody), ...refusals(400, 404) },
});

const versions = createRoute({
  method: 'get',
  path: `${path}/versions`,
  tags: TAGS,
  summary: 'List the versions of a template',
  description: 'The latest first.',
  request: { params: templateParams, query: templatesQuery },
  responses: { 200: answer('A page of them.', templateVersions), ...refusals(400, 404) },
});

const update = createRoute({
  method: 'put',
  path,
  tags: TAGS,
  summary: 'Change a template',
  description: 'Makes its next version. Schedules that were made from earlier ones stay as they are.',
  request: { params: templateParams, headers: claim('performed'), body: body(changedTemplate) },
  responses: { 200: answer('The new version.', templateBody), ...refusals(400, 404, 413) },
});

const remove = createRoute({
  method: 'delete',
  path,
  tags: TAGS,
  summary: 'Delete a template',
  description: 'With all its versions. Schedules that were made from it stay as they are.',
  request: { params: templateParams, headers: claim('performed') },
  responses: { 204: { description: 'It is gone.' }, ...refusals(404) },
});

const instantiate = createRoute({
  method: 'post',
  path: `${path}/schedules`,
  tags: TAGS,
  summary: 'Create a schedule from a template',
  description: 'It is checked like any other, and shows in `template` what it was made from.',
  request: { params: templateParams, headers: claim('created'), body: body(fromTemplate) },
  responses: { 201: answer('It stands and is timed.', scheduleBody), ...refusals(400, 404, 409, 413) },
});

export function addTemplateRoutes(app: FaceApp): void {
  app.openapi(list, async (c) => {
    const { limit, offset } = c.req.valid('query');
    const found = await listTemplates(c.var.verb, { limit, offset });
    return c.json(pageShape(c, { ...found, limit, offset }), 200);
  });

  app.openapi(create, async (c) => {
    const { name, description = '', ...given } = c.req.valid('json');
    const maker = await claimantOf(requestOf(c), 'created', 'performed');
    const definition = readTemplate(given, readingOf(maker.verb));
    const made = { name, description, definition, createdBy: maker.name, next: false };
    const template = await saveTemplate(maker.verb, made);
    c.header('Location', `${TEMPLATES}/${name}`);
    return c.json(templateShape(template), 201);
  });

  app.openapi(details, async (c) => {
    const which = { name: c.req.valid('param').name, version: c.req.valid('query').version };
    return c.json(templateShape(await getTemplate(c.var.verb, which)), 200);
  });

  app.openapi(versions, async (c) => {
    const { limit, offset } = c.req.valid('query');
    const found = await listTemplateVersions(c.var.verb, { name: c.req.valid('param').name, limit, offset });
    return c.json(pageShape(c, { ...found, limit, offset }), 200);
  });

  app.openapi(update, async (c) => {
    const { name } = c.req.valid('param');
    const { description = '', ...given } = c.req.valid('json');
    const maker = await claimantOf(requestOf(c), 'performed', 'created');
    const definition = readTemplate(given, readingOf(maker.verb));
    const changed = { name, description, definition, createdBy: maker.name, next: true };
    return c.json(templateShape(await saveTemplate(maker.verb, changed)), 200);
  });

  app.openapi(remove, async (c) => {
    const { verb } = await claimantOf(requestOf(c), 'performed', 'created');
    await deleteTemplate(verb, c.req.valid('param').name);
    return c.body(null, 204);
  });

  app.openapi(instantiate, async (c) => {
    const { version: asked, parameters, overrides } = c.req.valid('json');
    const { name } = c.req.valid('param');
    const { definition, version } = await getTemplate(c.var.verb, { name, version: asked });
    const given = { parameters: parameters as JsonObject | undefined, overrides: overrides as JsonObject | undefined };
    const { body: filled, values } = bodyFrom(definition, given);
    const template = { name, version, parameters: values };
    const view = await createSchedule(requestOf(c), filled, { template });
    c.header('Location', `${SCHEDULES}/${view.job.id}`);
    c.header('ETag', etagOf(view.job.revision));
    return c.json(scheduleShape(view, c.var.verb.limits.defaultTimezone), 201);
  });
}

/** A page of templates, and in `Link` the pages around it. */
function pageShape(
  c: Context,
  found: { templates: readonly ScheduleTemplate[]; total: number; limit: number; offset: number },
) {
  const { templates, total, limit, offset } = found;
  linkPages(c, { limit, offset, hasMore: offset + templates.length < total, total });
  return { items: templates.map(templateShape), total, limit, offset };
}
