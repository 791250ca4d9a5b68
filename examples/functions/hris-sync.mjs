import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

export const key = 'hris_sync';
export const name_en = 'HRIS synchronisation';
export const name_ar = 'مزامنة نظام الموارد البشرية';
export const description_en = 'Copies the employees of an HR system, page by page, into the table hris_employee.';
export const description_ar = 'ينسخ موظفي نظام الموارد البشرية صفحةً صفحة إلى الجدول hris_employee.';

const TABLE = `create table if not exists hris_employee (
  id text primary key,
  name text not null,
  email text,
  department text,
  is_active boolean not null default true,
  synced_at timestamptz not null,
  synced_by uuid not null
)`;

/** One statement a page; says of each record whether it is new and whether it differs from what stood there. */
const UPSERT = `with given as (
    select * from jsonb_to_recordset($1::jsonb) as t (id text, name text, email text, department text)
  ), before as (
    select e.* from hris_employee e join given using (id)
  ), written as (
    insert into hris_employee (id, name, email, department, synced_at, synced_by)
    select id, name, email, department, now(), $2 from given
    on conflict (id) do update set name = excluded.name, email = excluded.email, department = excluded.department,
      is_active = true, synced_at = excluded.synced_at, synced_by = excluded.synced_by
  )
  select count(*) filter (where b.id is null)::int as added,
    count(*) filter (where b.id is not null and (g.name, g.email, g.department, true)
      is distinct from (b.name, b.email, b.department, b.is_active))::int as changed
  from given g left join before b using (id)`;

const DEACTIVATE = 'update hris_employee set is_active = false where is_active and synced_by <> $1';

/**
 * Payload: `source_url` answers `GET ?page=1&per_page=50` with `{"records": [{id, name, email, department}],
 * "next_page": 2}`, the last page with `"next_page": null`. `HRIS_DATABASE_URL` of the worker names the database, and
 * `HRIS_TOKEN` is sent as bearer: secrets do not belong into payloads.
 *
 * @param {import('almanac/functions').FunctionContext<{ source_url: string, per_page?: number }>} context
 */
export async function run({ payload, log, signal, heartbeat, progress, executionId }) {
  const source = sourceOf(payload);
  const client = new pg.Client({ connectionString: required('HRIS_DATABASE_URL') });
  // A connection that breaks shows in the query that needs it.
  client.on('error', () => undefined);
  await client.connect();
  const stop = () => void client.end().catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  try {
    await client.query(TABLE);
    // An attempt that was lost goes on behind the last page that it had stored.
    let { page, done } = progress ?? { page: 1, done: { records: 0, added: 0, changed: 0 } };
    while (page !== null) {
      const { records, next } = await fetchPage(source, page, signal);
      const { rows } = await client.query(UPSERT, [JSON.stringify(records), executionId]);
      const { added, changed } = rows[0];
      done = {
        records: done.records + records.length,
        added: done.added + added,
        changed: done.changed + changed,
      };
      log.info('Page %d: %d records, %d new, %d changed', page, records.length, added, changed);
      page = next;
      heartbeat({ page, done });
      await pause(0, undefined, { signal });
    }
    const { rowCount } = await client.query(DEACTIVATE, [executionId]);
    return { summary: `Synced ${done.records} records`, ...done, deactivated: rowCount };
  } finally {
    signal.removeEventListener('abort', stop);
    await client.end().catch(() => undefined);
  }
}

function sourceOf({ source_url: url, per_page: perPage = 50 }) {
  if (typeof url !== 'string' || !URL.canParse(url)) throw final('payload.source_url must be an address');
  if (!Number.isInteger(perPage) || perPage < 1 || perPage > 1000) throw final('payload.per_page must be 1 to 1000');
  return { url, perPage };
}

async function fetchPage({ url, perPage }, page, signal) {
  const address = new URL(url);
  address.searchParams.set('page', String(page));
  address.searchParams.set('per_page', String(perPage));
  const token = process.env.HRIS_TOKEN;
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await fetch(address, { signal, headers });
  if (!answer.ok) throw refusal(answer, page);
  const body = await answer.json();
  if (!Array.isArray(body.records)) throw final(`Page ${page} holds no list of records`);
  const records = body.records.map((record, index) => {
    if (record?.id === undefined || typeof record.name !== 'string') {
      throw final(`Record ${index} of page ${page} has no id or no name`);
    }
    return { id: String(record.id), name: record.name, email: record.email, department: record.department };
  });
  return { records, next: body.next_page ?? null };
}

/** What the client did wrong stays wrong; all else may pass. */
function refusal(answer, page) {
  const error = new Error(`The HR system answered ${answer.status} to page ${page}`);
  const mayPass = answer.status >= 500 || [408, 425, 429].includes(answer.status);
  const seconds = Number(answer.headers.get('retry-after'));
  return Object.assign(error, {
    name: 'HrisRefused',
    retryable: mayPass,
    ...(seconds > 0 && { retryAfterMs: seconds * 1000 }),
  });
}

function required(name) {
  const value = process.env[name];
  if (value === undefined || value === '') throw final(`${name} is not set in the worker's environment`);
  return value;
}

/** An error that another attempt can't help. */
function final(message) {
  return Object.assign(new Error(message), { name: 'BadInput', retryable: false });
}
