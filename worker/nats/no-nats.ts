import { ActionFailure } from '../../activities/actions/handler.ts';
import type { NatsConnection } from './open-nats.ts';

/** Stands where no NATS is configured: jobs can be made, and their runs fail with a sentence that says what to set. */
export function noNats(remedy: string): NatsConnection {
  const refuse = () => {
    const message = `No NATS server is configured: set NATS_URL, such as nats://host:4222${remedy}.`;
    return Promise.reject(new ActionFailure('NoNats', message, { retryable: false }));
  };
  return {
    isConfigured: false,
    connected: () => false,
    publish: refuse,
    publishAll: refuse,
    request: refuse,
    look: refuse,
    serve: () => ({ drain: () => Promise.resolve() }),
    close: () => Promise.resolve(),
  };
}
