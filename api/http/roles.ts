import type { MiddlewareHandler } from 'hono';
import { DomainError } from '../../domain/errors.ts';
import { ROLES, type Role } from '../verbs/context.ts';
import type { FaceEnv } from './face.ts';

/** Whether someone with these roles may do what `least` may: each role includes those before it. */
function hasRole(roles: readonly Role[], least: Role): boolean {
  return roles.some((role) => ROLES.indexOf(role) >= ROLES.indexOf(least));
}

/** Throws FORBIDDEN, with the role that would do. */
export function demandRole(caller: { subject: string; roles: readonly Role[] }, least: Role): void {
  if (hasRole(caller.roles, least)) return;
  const have = caller.roles.length === 0 ? 'has no role' : `has ${caller.roles.join(', ')}`;
  throw new DomainError(
    'FORBIDDEN',
    `This needs the role ${least}; "${caller.subject}" ${have}. Ask an admin for a token whose claim "roles" has "${least}".`,
    { required_role: least, roles: caller.roles },
  );
}

/** A route's middleware: `createRoute({ …, middleware: requireRole('admin') })`. */
export function requireRole(least: Role): MiddlewareHandler<FaceEnv> {
  return async (c, next) => {
    demandRole(c.var.caller, least);
    await next();
  };
}
