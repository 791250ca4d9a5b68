import type { LogAction } from '../../domain/actions/log.ts';
import { render } from '../../domain/templates.ts';
import type { ActionHandler } from './handler.ts';

export const log: ActionHandler<LogAction> = {
  run(action, context) {
    const message = render(action.message, context.lookup);
    context.log(action.level, message);
    context.deps.log[action.level]({ ...context.run, action: 'log' }, message);
    return Promise.resolve({ message: `Logged at ${action.level}`, metrics: { lines_logged: 1 } });
  },
};
