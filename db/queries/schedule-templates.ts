import type { Face } from '../../domain/faces.ts';
import type { TemplateDefinition } from '../../domain/schedule-template.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Executor, type Tx } from '../connect.ts';

/** One version of a template. */
export interface ScheduleTemplate {
  readonly name: string;
  readonly version: number;
  readonly description: string;
  readonly definition: TemplateDefinition;
  readonly createdBy: string;
  readonly createdAt: Instant;
}

interface Row {
  name: string;
  version: number;
  description: string;
  definition: unknown;
  created_by: string;
  created_at: Instant;
}

const COLUMNS = sql.raw('t.name, t.version, t.description, t.definition, t.created_by, t.created_at');

function templateOf(row: Row): ScheduleTemplate {
  return {
    name: row.name,
    version: row.version,
    description: row.description,
    definition: row.definition as TemplateDefinition,
    createdBy: row.created_by,
    createdAt: row.created_at,
  };
}

/** The last version ever of a name, and whether it stands; until the end of the transaction nobody else saves one. */
export async function lockTemplate(tx: Tx, face: Face, name: string): Promise<{ version: number; stands: boolean }> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`almanac.template.${face}.${name}`}, 0))`.execute(tx);
  const { rows } = await sql<{ version: number; stands: boolean }>`
    select version, deleted_at is null as stands from schedule_template
    where face = ${face} and name = ${name} order by version desc limit 1`.execute(tx);
  return rows[0] ?? { version: 0, stands: false };
}

export async function insertTemplate(tx: Tx, face: Face, template: ScheduleTemplate): Promise<void> {
  const { name, version, description, definition, createdBy, createdAt } = template;
  await sql`insert into schedule_template (face, name, version, description, definition, created_by, created_at)
    values (${face}, ${name}, ${version}, ${description}, ${JSON.stringify(definition)}::jsonb, ${createdBy},
      ${new Date(createdAt)})`.execute(tx);
}

/** Deletes all versions. */
export async function buryTemplate(tx: Tx, face: Face, name: string, at: Instant): Promise<void> {
  await sql`update schedule_template set deleted_at = ${new Date(at)}
    where face = ${face} and name = ${name} and deleted_at is null`.execute(tx);
}

/** One version, the latest where none is asked for; null where there is none. */
export async function findTemplate(
  db: Executor,
  face: Face,
  which: { name: string; version?: number | undefined },
): Promise<ScheduleTemplate | null> {
  const exact = which.version === undefined ? sql`true` : sql`t.version = ${which.version}`;
  const { rows } = await sql<Row>`select ${COLUMNS} from schedule_template t
    where t.face = ${face} and t.name = ${which.name} and t.deleted_at is null and ${exact}
    order by t.version desc limit 1`.execute(db);
  return rows[0] === undefined ? null : templateOf(rows[0]);
}

/** A page of the versions of a template, the latest first, and how many there are. */
export async function templateVersions(
  db: Executor,
  face: Face,
  page: { name: string; limit: number; offset: number },
): Promise<{ templates: ScheduleTemplate[]; total: number }> {
  const { rows } = await sql<Row>`select ${COLUMNS} from schedule_template t
    where t.face = ${face} and t.name = ${page.name} and t.deleted_at is null
    order by t.version desc limit ${page.limit} offset ${page.offset}`.execute(db);
  const { rows: counted } = await sql<{ total: number }>`select count(*) as total from schedule_template
    where face = ${face} and name = ${page.name} and deleted_at is null`.execute(db);
  return { templates: rows.map(templateOf), total: counted[0]?.total ?? 0 };
}

/** A page of templates by name, each in its latest version, and how many there are. */
export async function findTemplates(
  db: Executor,
  face: Face,
  page: { limit: number; offset: number },
): Promise<{ templates: ScheduleTemplate[]; total: number }> {
  const { rows } = await sql<Row>`select distinct on (t.name) ${COLUMNS} from schedule_template t
    where t.face = ${face} and t.deleted_at is null
    order by t.name, t.version desc limit ${page.limit} offset ${page.offset}`.execute(db);
  const { rows: counted } = await sql<{ total: number }>`select count(distinct name) as total from schedule_template
    where face = ${face} and deleted_at is null`.execute(db);
  return { templates: rows.map(templateOf), total: counted[0]?.total ?? 0 };
}
