import type { CommandMessage, Commands } from '../../activities/deps.ts';
import type { Span, Tracing } from '../../domain/tracing.ts';

/** Makes a span of each message that carries a `traceparent`, which then names that span. */
export function tracedSender(commands: Commands, tracing: Tracing): Commands {
  function sending<T>(message: CommandMessage, send: (message: CommandMessage, span?: Span) => Promise<T>): Promise<T> {
    const { subject, payload, headers } = message;
    const { traceparent: parent, ...others } = headers;
    if (parent === undefined) return send(message);
    const attributes = {
      'messaging.system': 'nats',
      'messaging.destination.name': subject,
      'messaging.message.id': headers['Nats-Msg-Id'] ?? '',
      'messaging.message.body.size': Buffer.byteLength(payload),
    };
    return tracing.within({ name: `send ${subject}`, kind: 'producer', parent, attributes }, (span) =>
      send({ ...message, headers: { ...others, traceparent: span.traceparent } }, span),
    );
  }
  return {
    publish: (message, signal) =>
      sending(message, async (sent, span) => {
        const receipt = await commands.publish(sent, signal);
        const { stream, duplicate } = receipt;
        if (stream !== null) span?.add({ 'almanac.nats.stream': stream, 'almanac.nats.duplicate': duplicate });
        return receipt;
      }),
    request: (message, signal) => sending(message, (sent) => commands.request(sent, signal)),
  };
}
