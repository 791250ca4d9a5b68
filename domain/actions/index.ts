import { DomainError } from '../errors.ts';
import { command, type CommandAction } from './command.ts';
import { file, type FileAction } from './file.ts';
import { functionKind, type FunctionAction } from './function.ts';
import type { ActionKind, Surroundings } from './kind.ts';
import { log, type LogAction } from './log.ts';
import { output, type OutputAction } from './output.ts';
import { publish, type PublishAction } from './publish.ts';
import { review, type ReviewAction } from './review.ts';
import { rule, type RuleAction } from './rule.ts';
import { system, type SystemAction } from './system.ts';
import { webhook, type WebhookAction } from './webhook.ts';

/** *What* a job does. A new action: one file here, one line below, and its twin in `activities/actions/`. */
export type Action =
  | PublishAction
  | LogAction
  | OutputAction
  | SystemAction
  | FileAction
  | RuleAction
  | WebhookAction
  | CommandAction
  | FunctionAction
  | ReviewAction;
export type ActionType = Action['type'];
export type ActionOf<T extends ActionType> = Extract<Action, { readonly type: T }>;

/** THE LIST. */
const ACTION_KINDS: { readonly [T in ActionType]: ActionKind<ActionOf<T>> } = {
  publish,
  log,
  output,
  system,
  file,
  rule,
  webhook,
  command,
  function: functionKind,
  review,
};

export const ACTION_TYPES = Object.keys(ACTION_KINDS) as ActionType[];

/** Checks an action from outside. Throws ACTION_NOT_SUPPORTED for an unknown type, INVALID_ACTION for a faulty one. */
export function parseAction(input: unknown): Action {
  if (input === null || typeof input !== 'object' || !('type' in input)) {
    throw new DomainError('INVALID_ACTION', `must be an object with a "type", one of: ${ACTION_TYPES.join(', ')}`);
  }
  const { type } = input;
  if (typeof type !== 'string' || !Object.hasOwn(ACTION_KINDS, type)) {
    throw new DomainError(
      'ACTION_NOT_SUPPORTED',
      `type: ${JSON.stringify(type)} is not an action; use one of: ${ACTION_TYPES.join(', ')}`,
    );
  }
  return kindOf(type as ActionType).parse(input);
}

function kindOf(type: ActionType): ActionKind<Action> {
  return ACTION_KINDS[type];
}

export function isQuick(action: Action): boolean {
  return kindOf(action.type).isQuick(action);
}

export function resourcesOf(action: Action): readonly string[] {
  return kindOf(action.type).resources(action);
}

/** What the action names and the configuration lacks or forbids (an unknown relay, a command that is not allowed), or null. */
export function surroundingsFault(action: Action, surroundings: Surroundings): string | DomainError | null {
  return kindOf(action.type).fault(action, surroundings);
}

export function needsAdmin(action: Action): boolean {
  return kindOf(action.type).needsAdmin(action);
}

export function describeAction(action: Action): string {
  return kindOf(action.type).describe(action);
}
