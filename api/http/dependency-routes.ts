import { createRoute, type z } from '@hono/zod-openapi';
import { answer, type RefusalsOf, type RefusalTable } from './route-answers.ts';

/** The routes over what a job waits for that faces document in the same words; each says itself how one is added. */
export function dependencyRoutes<
  Params extends z.ZodObject,
  RemovalParams extends z.ZodObject,
  List extends z.ZodType,
  Refusals extends RefusalTable<404 | 409>,
>({
  noun,
  path,
  params,
  removal,
  list,
  refusals,
}: {
  /** The face's word for a job, and its path of the dependencies of one. */
  noun: string;
  path: string;
  params: Params;
  removal: { params: RemovalParams; headers?: z.ZodObject };
  list: List;
  refusals: RefusalsOf<Refusals>;
}) {
  const tags = ['Dependencies'];
  return {
    list: createRoute({
      method: 'get',
      path,
      tags,
      summary: 'List dependencies',
      description: `What the ${noun} waits for, and how that stands.`,
      request: { params },
      responses: { 200: answer('In the order in which they were added.', list), ...refusals(404) },
    }),
    remove: createRoute({
      method: 'delete',
      path: `${path}/{dependency_id}`,
      tags,
      summary: 'Remove a dependency',
      description: 'A run that is held goes on where the others suffice.',
      request: removal,
      responses: { 204: { description: 'It does not wait for it any more.' }, ...refusals(404, 409) },
    }),
  };
}
