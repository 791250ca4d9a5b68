/**
 * Traces as the product sees them: start/tracing/ makes them of OpenTelemetry where it is asked for. A span is known to
 * others by its `traceparent` (W3C Trace Context): `00-<trace id>-<span id>-<flags>`.
 */
export interface Tracing {
  /** Runs `work` as a span, which has failed when `work` rejects. */
  within<T>(start: SpanStart, work: (span: Span) => Promise<T>): Promise<T>;
}

export interface SpanStart {
  readonly name: string;
  readonly kind: 'server' | 'internal' | 'producer' | 'consumer';
  /** The traceparent of what caused it; null: a trace begins. */
  readonly parent: string | null;
  /** The UUID that the trace which begins is named by, so that all that belongs to it is one trace. */
  readonly traceOf?: string;
  readonly attributes: Attributes;
}

export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface Span {
  readonly traceparent: string;
  add(attributes: Attributes): void;
  /** It did not succeed; nothing needs to have been thrown. */
  fail(message: string): void;
}

/** Versions after 00 may say more behind the flags; ff is none, nor are ids of zeros only. */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

export interface TraceContext {
  readonly traceId: string;
  readonly spanId: string;
  /** Whether its spans are kept. */
  readonly sampled: boolean;
}

/** What a `traceparent` says; null where it says nothing that can be used. */
export function parseTraceparent(text: string | null | undefined): TraceContext | null {
  const [, version, traceId, spanId, flags = '', more] = TRACEPARENT.exec(text ?? '') ?? [];
  if (traceId === undefined || spanId === undefined) return null;
  if (version === '00' && more !== undefined) return null;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export function traceparentOf({ traceId, spanId, sampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
}
