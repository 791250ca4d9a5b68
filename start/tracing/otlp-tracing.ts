import { diag, DiagLogLevel, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { parseTraceparent, traceparentOf, type Attributes, type Span, type SpanStart } from '../../domain/tracing.ts';
import type { OpenTracing } from './open-tracing.ts';
import { TraceIds } from './trace-ids.ts';

const KINDS = {
  server: SpanKind.SERVER,
  internal: SpanKind.INTERNAL,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;
/** Spans wait so long for others to be sent with. */
const GATHER_MS = 1_000;
const SEND_WITHIN_MS = 5_000;
/** What a burst of runs may leave waiting; further spans are dropped, and nothing waits for them. */
const MOST_WAITING = 16_384;
const LONGEST_VALUE = 1_024;
const UNSENT = 'Traces could not be sent';

export interface OtlpSettings {
  /** Where OTLP is taken over HTTP, without `/v1/traces`. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The share of the traces that begin here and are kept; whoever began one elsewhere has decided. */
  readonly share: number;
  readonly service: { readonly name: string; readonly version: string };
  /** Takes secrets out of what spans say. */
  readonly clean: (text: string) => string;
}

type ApiSpan = ReturnType<ReturnType<TracerProvider['getTracer']>['startSpan']>;

/** Spans by OpenTelemetry, sent by OTLP over HTTP. A receiver that is away is told of in the log, and holds up nothing. */
export function otlpTracing(settings: OtlpSettings, log: { warn(fields: object, message: string): void }): OpenTracing {
  tellTroubles(log);
  const { endpoint, headers, service } = settings;
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: SEND_WITHIN_MS });
  const ids = new TraceIds();
  const provider = new TracerProvider({
    idGenerator: ids,
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(settings.share) }),
    spanLimits: { attributeValueLengthLimit: LONGEST_VALUE },
    resource: defaultResource().merge(
      resourceFromAttributes({ 'service.name': service.name, 'service.version': service.version }),
    ),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        scheduledDelayMillis: GATHER_MS,
        exportTimeoutMillis: SEND_WITHIN_MS,
        maxQueueSize: MOST_WAITING,
      }),
    ],
  });
  const tracer = provider.getTracer('almanac', service.version);

  function begin({ name, kind, parent, traceOf, attributes }: SpanStart): ApiSpan {
    const options = { kind: KINDS[kind], attributes: cleaned(attributes, settings.clean) };
    const cause = parseTraceparent(parent);
    if (cause === null) return ids.naming(traceOf, () => tracer.startSpan(name, options, ROOT_CONTEXT));
    const { traceId, spanId, sampled } = cause;
    const traceFlags = sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
    return tracer.startSpan(
      name,
      options,
      trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true }),
    );
  }

  return {
    async within(start, work) {
      const span = begin(start);
      const shown = shownSpan(span, settings.clean);
      try {
        return await work(shown);
      } catch (error) {
        shown.fail(error instanceof Error ? error.message : String(error));
        throw error;
      } finally {
        span.end();
      }
    },
    async close() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, SEND_WITHIN_MS)));
      const sent = provider.shutdown().catch((error: unknown) => log.warn({ error }, UNSENT));
      await Promise.race([sent, late]).finally(() => clearTimeout(timer));
    },
  };
}

function cleaned(attributes: Attributes, clean: (text: string) => string): Attributes {
  const each = Object.entries(attributes);
  return Object.fromEntries(each.map(([name, value]) => [name, typeof value === 'string' ? clean(value) : value]));
}

function shownSpan(span: ApiSpan, clean: (text: string) => string): Span {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    traceparent: traceparentOf({ traceId, spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0 }),
    add: (attributes) => void span.setAttributes(cleaned(attributes, clean)),
    fail: (message) => void span.setStatus({ code: SpanStatusCode.ERROR, message: clean(message) }),
  };
}

/** What OpenTelemetry has to say goes to our log: it never throws. */
function tellTroubles(log: { warn(fields: object, message: string): void }): void {
  const tell = (message: string, ...more: unknown[]) =>
    log.warn({ said: [message, ...more].map(String).join(' ').slice(0, LONGEST_VALUE) }, UNSENT);
  const quiet = () => undefined;
  const options = { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true };
  diag.setLogger({ error: tell, warn: tell, info: quiet, debug: quiet, verbose: quiet }, options);
}
