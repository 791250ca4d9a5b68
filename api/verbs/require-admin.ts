import { needsAdmin, type Action } from '../../domain/actions/index.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Actor } from './context.ts';

/** gateway.txt, Security Considerations: "System actions require elevated permissions". Throws FORBIDDEN. */
export function requireAdminFor(actor: Actor, ...actions: readonly Action[]): void {
  const guarded = actions.find(needsAdmin);
  if (guarded === undefined || actor.roles.includes('admin') || actor.roles.includes('super_admin')) return;
  throw new DomainError(
    'FORBIDDEN',
    `Jobs with a ${guarded.type} action need the role admin to be made, changed or run by hand. Use a token with it.`,
    { role: 'admin' },
  );
}
