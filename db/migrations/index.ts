import type { Migration } from 'kysely';
import { initial } from './0001-initial.ts';

/** THE LIST, in order; forward only. Names are recorded in the database: never rename or reorder. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-initial': initial,
};
