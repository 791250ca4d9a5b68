import { createRoute, z } from '@hono/zod-openapi';
import { countApiKeys, listApiKeys, type ApiKey } from '../../db/queries/api-keys.ts';
import { ROLES } from '../verbs/context.ts';
import { newFaceApp } from './face-app.ts';
import type { FaceApp } from './face.ts';
import { makeKey, revokeKey } from './keys.ts';
import { linkPages } from './page-links.ts';
import { requireRole } from './roles.ts';

const PATH = '/api/v1/keys';
const role = z.enum(ROLES, `must be one of ${ROLES.join(', ')}`);
const shownKey = z
  .object({
    id: z.uuid(),
    name: z.string(),
    prefix: z.string(),
    subject: z.string(),
    roles: z.array(z.string()),
    created_by: z.string(),
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime().nullable(),
    last_used_at: z.iso.datetime().nullable(),
    revoked_at: z.iso.datetime().nullable(),
  })
  .openapi('ApiKey');

const newKey = z.strictObject({
  name: z.string('must be a text that tells keys apart').trim().min(1, 'must not be empty').max(200),
  subject: z.string().trim().min(1).max(200).optional(),
  roles: z.array(role, 'must be a list of roles').min(1, 'must name at least one role'),
  expires_in_days: z.int('must be a whole number of days').min(1).max(3650).optional(),
});

const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});
const security = [{ bearer: [] }];
const middleware = requireRole('admin');

const make = createRoute({
  method: 'post',
  path: PATH,
  summary: 'Make an API key; it is shown this once',
  security,
  middleware,
  request: { body: { required: true, content: { 'application/json': { schema: newKey } } } },
  responses: { 201: json(shownKey.extend({ key: z.string() }), 'The key itself, and what is stored of it') },
});

const list = createRoute({
  method: 'get',
  path: PATH,
  summary: 'List API keys, the newest first',
  security,
  middleware,
  request: {
    query: z.object({
      limit: z.coerce.number().int().min(1).max(200).default(50),
      offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
    }),
  },
  responses: { 200: json(z.object({ keys: z.array(shownKey), total: z.int() }), 'A page of keys') },
});

const revoke = createRoute({
  method: 'delete',
  path: `${PATH}/{id}`,
  summary: 'Revoke an API key, at once and for good',
  security,
  middleware,
  request: { params: z.object({ id: z.uuid('must be the id of a key, a UUID') }) },
  responses: { 200: json(shownKey, 'The key as it is now') },
});

/** `/api/v1/keys` (DECISIONS section 2), for admins. */
export function keyRoutes(): FaceApp {
  const app = newFaceApp();
  app.openapi(make, async (c) => {
    const ctx = c.var.verb;
    const { name, subject, roles, expires_in_days: days } = c.req.valid('json');
    const expiresAt = days === undefined ? null : ctx.now() + days * 86_400_000;
    const { key, stored } = await makeKey(ctx, { name, subject: subject ?? `key:${name}`, roles, expiresAt });
    return c.json({ key, ...shown(stored) }, 201);
  });
  app.openapi(list, async (c) => {
    const { limit, offset } = c.req.valid('query');
    const { db } = c.var.verb;
    const [keys, total] = await Promise.all([listApiKeys(db, { limit, offset }), countApiKeys(db)]);
    linkPages(c, { limit, offset, hasMore: offset + keys.length < total, total });
    return c.json({ keys: keys.map(shown), total }, 200);
  });
  app.openapi(revoke, async (c) => c.json(shown(await revokeKey(c.var.verb, c.req.valid('param').id)), 200));
  return app;
}

function shown(key: ApiKey): z.output<typeof shownKey> {
  const { id, name, prefix, subject } = key;
  return {
    ...{ id, name, prefix, subject },
    roles: [...key.roles],
    created_by: key.createdBy,
    created_at: iso(key.createdAt),
    expires_at: key.expiresAt === null ? null : iso(key.expiresAt),
    last_used_at: key.lastUsedAt === null ? null : iso(key.lastUsedAt),
    revoked_at: key.revokedAt === null ? null : iso(key.revokedAt),
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
