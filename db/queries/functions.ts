import type { FunctionMetadata } from '../../domain/functions/function-metadata.ts';
import { sql, type Executor, type Tx } from '../connect.ts';

/** A function as lists show it (console.txt, TaskFunction). */
export interface RegisteredFunction extends FunctionMetadata {
  /** Its own for ever, also when nobody serves it any more. */
  readonly id: number;
  /** Whether a live worker serves it; while no worker lives, whatever was served before counts. */
  readonly isActive: boolean;
}

const LIVE = sql`i.stopped_at is null and i.last_heartbeat >= now() - interval '30 seconds' and 'worker' = any(i.roles)`;
const ACTIVE = sql`(exists (select from instance i where ${LIVE} and f.key = any(i.functions))
  or not exists (select from instance i where ${LIVE}))`;

/**
 * Says what a worker serves. Names that changed are brought up to date; a new key takes the next number. Returns the
 * keys that another live worker serves and this one does not.
 */
export async function registerFunctions(
  tx: Tx,
  instanceId: string,
  served: readonly FunctionMetadata[],
): Promise<string[]> {
  const given = sql`jsonb_to_recordset(${JSON.stringify(served)}::jsonb)
    as t ("key" text, "nameEn" text, "nameAr" text, "descriptionEn" text, "descriptionAr" text)`;
  // One process at a time: a refused insert would cost a number.
  await sql`select pg_advisory_xact_lock(hashtext('almanac.functions'))`.execute(tx);
  await sql`update registered_function f set name_en = t."nameEn", name_ar = t."nameAr",
      description_en = t."descriptionEn", description_ar = t."descriptionAr"
    from ${given} where f.key = t."key"`.execute(tx);
  await sql`insert into registered_function (key, name_en, name_ar, description_en, description_ar)
    select t."key", t."nameEn", t."nameAr", t."descriptionEn", t."descriptionAr" from ${given}
    where not exists (select from registered_function f where f.key = t."key")`.execute(tx);
  const keys = served.map((one) => one.key);
  await sql`update instance set functions = ${keys}::text[] where id = ${instanceId}`.execute(tx);
  const { rows } = await sql<{ key: string }>`select distinct key from instance i, unnest(i.functions) key
    where ${LIVE} and not key = any(${keys}::text[]) order by key`.execute(tx);
  return rows.map((row) => row.key);
}

/** All that were ever registered, by their numbers. */
export async function listRegisteredFunctions(db: Executor): Promise<RegisteredFunction[]> {
  const { rows } = await sql<RegisteredFunction>`select id, key, name_en as "nameEn", name_ar as "nameAr",
      description_en as "descriptionEn", description_ar as "descriptionAr", ${ACTIVE} as "isActive"
    from registered_function f order by id`.execute(db);
  return rows;
}

/** The keys of the functions that jobs may name. */
export async function functionKeys(db: Executor): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`select key from registered_function f where ${ACTIVE}
    order by key`.execute(db);
  return rows.map((row) => row.key);
}
