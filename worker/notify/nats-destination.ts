import type { Commands } from '../../activities/deps.ts';
import { EVERYTHING, type Destination } from './destination.ts';

/** NATS `evt.scheduler.notification.<event>` (DECISIONS section 5, Notifications). Its id drops repetitions in streams. */
export function natsDestination(commands: Commands): Destination {
  return {
    name: 'nats',
    filter: EVERYTHING,
    async deliver({ id, event, jobId, executionId, body }, signal) {
      const headers = {
        'Content-Type': 'application/json',
        'Nats-Msg-Id': id,
        'X-Schedule-Id': jobId,
        ...(executionId !== null && { 'X-Execution-Id': executionId }),
      };
      const subject = `evt.scheduler.notification.${event.replace(/[^A-Za-z0-9_-]/g, '_')}`;
      await commands.publish({ subject, payload: body, headers }, signal);
    },
  };
}
