import { invalid } from '../../../../domain/errors.ts';
import { readInstant } from '../../../http/times.ts';
import type { JobFilter } from '../../../verbs/job-view.ts';
import type { ListQuery } from '../schema/queries.ts';
import { SCHEDULE_TYPES } from './schedule-types.ts';

/** The filters of a list of schedules. Throws INVALID_INPUT. */
export function filterOf(query: ListQuery): JobFilter {
  const type = query.schedule_type ?? query.type;
  if (query.schedule_type !== undefined && query.type !== undefined)
    throw invalid('INVALID_INPUT', [{ path: 'type', message: 'says the same as schedule_type: give one of them' }]);
  const tags = [...(query.tag === undefined ? [] : [query.tag]), ...(query.tags?.split(',') ?? [])]
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
  return {
    ...(type !== undefined && { kinds: [SCHEDULE_TYPES[type].kind] }),
    ...(tags.length > 0 && { tags }),
    ...(query.created_by !== undefined && { createdBy: query.created_by }),
    ...(query.target_command !== undefined && { target: query.target_command }),
    ...(query.next_run_after !== undefined && { nextFrom: readInstant('next_run_after', query.next_run_after) }),
    ...(query.next_run_before !== undefined && { nextTo: readInstant('next_run_before', query.next_run_before) }),
  };
}
