import { ActionFailure } from '../../activities/actions/handler.ts';

/** What a user can do about it. The driver's own sentence may hold the address, which is never shown. */
const REMEDIES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its host is not known: correct its address',
  EAI_AGAIN: 'its host can not be looked up: check the name service',
  ECONNREFUSED: 'nothing listens there: start the server, or correct its address',
  ETIMEDOUT: 'it does not answer: check the network and the firewall',
  '28P01': 'the user or the password is wrong',
  '28000': 'the server does not let the user in: check pg_hba.conf',
  '3D000': 'there is no such database',
  '53300': 'the server has no connection free',
  '57P03': 'the server is starting or stopping',
};
/** Which trying again does not help. */
const LASTING = new Set(['ENOTFOUND', '28P01', '28000', '3D000']);

export function reachFailure(
  connection: { readonly id: number; readonly name: string },
  error: unknown,
): ActionFailure {
  if (error instanceof ActionFailure) return error;
  const code = sqlStateOf(error) ?? 'unknown error';
  const remedy = REMEDIES[code] ?? 'check its address and the server';
  const message = `Connection ${connection.id} (${connection.name}) can not be used (${code}): ${remedy}.`;
  return new ActionFailure('ConnectionFailed', message, { retryable: !LASTING.has(code) });
}

/** SQLSTATE, or the system's own code such as ECONNREFUSED. */
export function sqlStateOf(error: unknown): string | null {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : null;
}

/** Whether the database answered, so that its session goes on. */
export function isAnswer(error: unknown): boolean {
  const code = sqlStateOf(error);
  return code !== null && /^[0-9A-Z]{5}$/.test(code) && !/^(08|57P|XX)/.test(code) && 'severity' in (error as object);
}
