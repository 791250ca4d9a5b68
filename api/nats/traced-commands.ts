import type { Tracing } from '../../domain/tracing.ts';
import { SCHEDULER_COMMANDS, type CommandHandlers } from './serve-commands.ts';

/** Answers each command within a span, of the trace that the message's `traceparent` names or of one that begins here. */
export function tracedCommands(handlers: CommandHandlers, tracing: Tracing | undefined): CommandHandlers {
  if (tracing === undefined) return handlers;
  const each = SCHEDULER_COMMANDS.map((name) => {
    const attributes = { 'messaging.system': 'nats', 'messaging.destination.name': `cmd.scheduler.${name}` };
    const handler: CommandHandlers[typeof name] = (request) => {
      const parent = request.headers['traceparent'] ?? null;
      const start = { name: `cmd.scheduler.${name}`, kind: 'consumer', parent, attributes } as const;
      return tracing.within(start, ({ traceparent }) => handlers[name]({ ...request, traceparent }));
    };
    return [name, handler] as const;
  });
  return Object.fromEntries(each) as Record<(typeof SCHEDULER_COMMANDS)[number], CommandHandlers['create']>;
}
