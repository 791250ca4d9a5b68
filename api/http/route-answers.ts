import type { RouteConfig, z } from '@hono/zod-openapi';

/** What any request to any face may meet. */
const ALWAYS = [401, 403, 429, 503] as const;
type Always = (typeof ALWAYS)[number];

/** A face's table of what it refuses, with these statuses at least. */
export type RefusalTable<Statuses extends number> = Readonly<
  Record<Statuses | Always, RouteConfig['responses'][number]>
>;
export type RefusalsOf<Table extends RefusalTable<never>> = ReturnType<typeof refusalsOf<Table>>;

/** Picks a route's documented refusals out of a face's table of all, beside the ones that any request may meet. */
export function refusalsOf<const Table extends Readonly<Record<Always, object>>>(table: Table) {
  return <const S extends keyof Table & number = never>(...statuses: readonly S[]): Pick<Table, S | Always> => {
    const wanted: readonly number[] = [...statuses, ...ALWAYS];
    const entries = Object.entries(table).filter(([status]) => wanted.includes(Number(status)));
    return Object.fromEntries(entries) as Pick<Table, S | Always>;
  };
}

/** A JSON answer. */
export function answer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } };
}

/** A JSON body that may be absent, whatever the Content-Type says: `name` is a schema that the face registers. */
export function namedBody(name: string) {
  return { required: false, content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } } };
}

/** A JSON body; `required: false` for routes that can do without one. */
export function body<Schema extends z.ZodType>(schema: Schema, required = true) {
  return { required, content: { 'application/json': { schema } } };
}
