import type { PublishAction, PublishPayload } from '../../domain/actions/publish.ts';
import { isoTime } from '../../domain/iso-time.ts';
import type { JsonObject } from '../../domain/json.ts';
import { render, renderJson, type Lookup } from '../../domain/templates.ts';
import { ActionFailure, type ActionHandler } from './handler.ts';

/** MQTT 5 publish (DECISIONS section 5): succeeds when the broker acknowledges. The execution id is the idempotency key. */
export const publish: ActionHandler<PublishAction> = {
  async run(action, context) {
    const { run, parameters, lookup, deps } = context;
    const override = parameters['override_topic'];
    const topic = typeof override === 'string' && override !== '' ? override : render(action.topic, lookup);
    if (/[#+]/.test(topic)) {
      throw new ActionFailure('InvalidTopic', `The topic "${topic}" holds a wildcard (# or +): publish to one topic.`, {
        retryable: false,
      });
    }
    const payload = payloadText(action.payload, parameters, lookup);
    if (parameters['debug'] === true) context.log('debug', `Publishing to ${topic}, qos ${action.qos}: ${payload}`);
    await deps.publisher.publish(
      {
        topic,
        payload,
        qos: action.qos,
        retain: action.retain,
        userProperties: {
          'execution-id': run.executionId,
          'job-id': run.jobId,
          'scheduled-time': isoTime(run.dueAt),
          'correlation-id': run.correlationId,
          ...(run.traceparent !== undefined && { traceparent: run.traceparent }),
        },
        expirySeconds: Math.max(1, Math.ceil(deps.leaseMs / 1000)),
      },
      context.stop,
    );
    const bytes = Buffer.byteLength(payload);
    return {
      message: `Published ${bytes} bytes to ${topic}`,
      metrics: { data_points: 1, bytes_published: bytes },
    };
  },
};

/** The payload's own variables are the job's: nearer than topics and environment, farther than a run's parameters. */
function payloadText(payload: PublishPayload, parameters: JsonObject, lookup: Lookup): string {
  if (payload === null) return '';
  if ('json' in payload) return JSON.stringify(renderJson(payload.json, lookup));
  const own = payload.variables;
  const isOwn = (name: string) => Object.hasOwn(own, name) && !Object.hasOwn(parameters, name);
  return render(payload.template, (name) => (isOwn(name) ? own[name] : lookup(name)));
}
