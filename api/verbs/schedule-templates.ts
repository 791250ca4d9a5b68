import { inTransaction } from '../../db/connect.ts';
import { writeAudit, type AuditEntry } from '../../db/queries/audit.ts';
import {
  buryTemplate,
  findTemplate,
  findTemplates,
  insertTemplate,
  lockTemplate,
  templateVersions,
  type ScheduleTemplate,
} from '../../db/queries/schedule-templates.ts';
import { DomainError } from '../../domain/errors.ts';
import { cleanJson } from '../../domain/json.ts';
import type { TemplateDefinition } from '../../domain/schedule-template.ts';
import type { VerbContext } from './context.ts';

export type { ScheduleTemplate } from '../../db/queries/schedule-templates.ts';

export interface NewTemplate {
  readonly name: string;
  readonly description: string;
  readonly definition: TemplateDefinition;
  readonly createdBy: string;
}

/** Stores a template's first version, or with `next` its next one. Throws DUPLICATE; with `next` NOT_FOUND. */
export async function saveTemplate(
  ctx: VerbContext,
  input: NewTemplate & { readonly next: boolean },
): Promise<ScheduleTemplate> {
  const { next, ...given } = cleanJson(input);
  return inTransaction(ctx.db, async (tx) => {
    const last = await lockTemplate(tx, ctx.actor.face, given.name);
    if (next && !last.stands) throw templateNotFound(given.name);
    if (!next && last.stands) throw duplicate(given.name);
    const template = { ...given, version: last.version + 1, createdAt: ctx.now() };
    await insertTemplate(tx, ctx.actor.face, template);
    await writeAudit(tx, entryOf(ctx, next ? 'template.update' : 'template.create', template));
    return template;
  });
}

/** One version of a template, the latest where none is asked for. Throws NOT_FOUND. */
export async function getTemplate(
  ctx: VerbContext,
  which: { name: string; version?: number | undefined },
): Promise<ScheduleTemplate> {
  const found = await findTemplate(ctx.db, ctx.actor.face, which);
  if (found === null) throw templateNotFound(which.name, which.version);
  return found;
}

/** A page of the versions of a template, the latest first. Throws NOT_FOUND. */
export async function listTemplateVersions(
  ctx: VerbContext,
  page: { name: string; limit: number; offset: number },
): Promise<{ templates: ScheduleTemplate[]; total: number }> {
  const found = await templateVersions(ctx.db, ctx.actor.face, page);
  if (found.total === 0) throw templateNotFound(page.name);
  return found;
}

/** A page of templates by name, each in its latest version. */
export function listTemplates(
  ctx: VerbContext,
  page: { limit: number; offset: number },
): Promise<{ templates: ScheduleTemplate[]; total: number }> {
  return findTemplates(ctx.db, ctx.actor.face, page);
}

/** Deletes a template with all its versions; schedules that were made from it stay. Throws NOT_FOUND. */
export async function deleteTemplate(ctx: VerbContext, name: string): Promise<void> {
  await inTransaction(ctx.db, async (tx) => {
    const { version, stands } = await lockTemplate(tx, ctx.actor.face, name);
    if (!stands) throw templateNotFound(name);
    await buryTemplate(tx, ctx.actor.face, name, ctx.now());
    await writeAudit(tx, entryOf(ctx, 'template.delete', { name, version }));
  });
}

function entryOf(ctx: VerbContext, action: string, after: object): AuditEntry {
  const { subject, roles, face, correlationId } = ctx.actor;
  const nothing = { jobId: null, executionId: null, before: null, reason: null };
  return { ...nothing, actor: subject, roles, face, action, after, correlationId };
}

function templateNotFound(name: string, version?: number): DomainError {
  const which = version === undefined ? '' : ` in version ${version}`;
  return new DomainError(
    'NOT_FOUND',
    `There is no template "${name.slice(0, 100)}"${which}: list the templates to see them.`,
  );
}

function duplicate(name: string): DomainError {
  return new DomainError(
    'DUPLICATE',
    `There is a template "${name}" already: change it with PUT, or take another name.`,
  );
}
