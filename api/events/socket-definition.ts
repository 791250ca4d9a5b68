import type { DomainEvent } from './domain-event.ts';

/** A face's WebSocket: where it stands, and how the face words an event. */
export interface SocketDefinition {
  /** The documented path, such as `/api/v1/scheduler/ws`. */
  readonly path: string;
  /** How clients name a job in a subscription: its public id, of the integer behind it. */
  jobIdOf(number: number): string;
  /** The message for one event, sent as JSON; null when this face does not tell it. Called once an event. */
  translate(event: DomainEvent): Readonly<Record<string, unknown>> | null;
}
