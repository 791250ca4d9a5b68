import { z } from '@hono/zod-openapi';

/** How a face documents refusals of the envelope `{detail, code}` (DECISIONS section 9); `said` describes its `detail`. */
export function detailRefusals(said: string) {
  const schema = z.object({ detail: z.string().openapi({ description: said }), code: z.string() }).openapi('Refusal');
  return (description: string, code: string, detail: string) => ({
    description,
    content: { 'application/json': { schema, example: { detail, code } } },
  });
}
