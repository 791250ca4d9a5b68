import type { Tracing } from '../../domain/tracing.ts';

/** Segments of a path that name one thing among many: a span's name holds none, or there would be a name for each. */
const NAMES_ONE = /^(?:\d+|[0-9a-f]{8}-[0-9a-f-]{27}|(?:job|exec|group|import)_\w+)$/i;

/**
 * Answers a request within a span of the caller's trace, or of one that begins here. `answered` is given its traceparent
 * and resolves with the status.
 */
export async function requestSpan(
  tracing: Tracing,
  about: { method: string; path: string; correlationId: string; traceparent: string | undefined },
  answered: (traceparent: string) => Promise<number>,
): Promise<void> {
  const { method, path } = about;
  const shape = path
    .split('/')
    .map((segment) => (NAMES_ONE.test(segment) ? '{id}' : segment))
    .join('/');
  const attributes = {
    'http.request.method': method,
    'url.path': path,
    'almanac.correlation.id': about.correlationId,
  };
  const parent = about.traceparent ?? null;
  await tracing.within({ name: `${method} ${shape}`, kind: 'server', parent, attributes }, async (span) => {
    const status = await answered(span.traceparent);
    span.add({ 'http.response.status_code': status });
    if (status >= 500) span.fail(`answered ${status}`);
  });
}
