import { sql, type Kysely, type Migration } from 'kysely';

/**
 * Parts the hourly roll-ups of a face in slots, one for some of the connections each, as `job_tally` has them: with one
 * row for all, every claim that skips something and every flush of outcomes waited for all others' commits. A sum over
 * the slots is the count.
 */
const SCRIPT = `
alter table face_rollup add column slot integer not null default 0;
alter table face_rollup drop constraint face_rollup_pkey;
alter table face_rollup add primary key (face, kind, hour, slot);

-- As before; the one value that a job mostly adds is found without a loop, which was half of a fire's share in it.
create or replace function merge_histogram(a integer[], b integer[]) returns integer[]
language plpgsql immutable parallel safe as $$
declare
  n integer := cardinality(b);
begin
  if n > 0 and n <= cardinality(a) and 0 = all (b[1:n - 1]) then
    a[n] := coalesce(a[n], 0) + b[n];
    return a;
  end if;
  for i in 1 .. n loop a[i] := coalesce(a[i], 0) + b[i]; end loop;
  return a;
end $$;`;

export const faceRollupSlots: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(SCRIPT).execute(db);
  },
};
