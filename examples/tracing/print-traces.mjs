// Prints traces as trees: a collector for looking on, without anything to install.
//   node examples/tracing/print-traces.mjs [port]                         (4318 where none is given)
//   OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 npm start
import { createServer } from 'node:http';

/** A trace is printed when nothing of it has come for so long; what comes later is printed with all that there is. */
const SETTLED_AFTER_MS = 1_500;
const KINDS = ['', 'internal', 'server', 'client', 'producer', 'consumer'];
const SHOWN = [
  'almanac.state',
  'almanac.attempt',
  'almanac.execution.id',
  'almanac.correlation.id',
  'http.response.status_code',
];

const traces = new Map();

function take({ resourceSpans = [] }) {
  for (const { resource, scopeSpans = [] } of resourceSpans) {
    const service = valuesOf(resource?.attributes)['service.name'] ?? '?';
    for (const span of scopeSpans.flatMap(({ spans = [] }) => spans)) {
      const trace = traces.get(span.traceId) ?? { spans: [], timer: undefined };
      trace.spans.push({ ...span, service, attributes: valuesOf(span.attributes) });
      clearTimeout(trace.timer);
      trace.timer = setTimeout(() => print(span.traceId), SETTLED_AFTER_MS);
      traces.set(span.traceId, trace);
    }
  }
}

function print(traceId) {
  const { spans } = traces.get(traceId);
  const known = new Set(spans.map(({ spanId }) => spanId));
  const began = spans.reduce(
    (least, { startTimeUnixNano: at }) => (BigInt(at) < least ? BigInt(at) : least),
    1n << 63n,
  );
  const byTime = [...spans].sort((a, b) => (BigInt(a.startTimeUnixNano) < BigInt(b.startTimeUnixNano) ? -1 : 1));
  const lines = [`trace ${traceId}`];
  const draw = (span, depth) => {
    const atMs = Number(BigInt(span.startTimeUnixNano) - began) / 1e6;
    const tookMs = Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6;
    const facts = SHOWN.flatMap((name) =>
      span.attributes[name] === undefined ? [] : [`${name}=${span.attributes[name]}`],
    );
    const failed = span.status?.code === 2 ? `  FAILED: ${span.status.message ?? ''}` : '';
    const when = `+${atMs.toFixed(1)} ms, ${tookMs.toFixed(1)} ms`;
    lines.push(
      `${'  '.repeat(depth)}${span.name}  [${span.service}, ${KINDS[span.kind]}, ${when}]  ${facts.join(' ')}${failed}`,
    );
    for (const child of byTime) if (child.parentSpanId === span.spanId) draw(child, depth + 1);
  };
  for (const span of byTime) if (!known.has(span.parentSpanId)) draw(span, 1);
  console.log(`${lines.join('\n')}\n`);
}

function valuesOf(attributes = []) {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    try {
      if (request.url === '/v1/traces') take(JSON.parse(Buffer.concat(chunks).toString()));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    } catch (error) {
      console.error(`not OTLP as JSON: ${error.message}`);
      response.writeHead(400).end();
    }
  });
});
server.listen(Number(process.argv[2] ?? 4318), '127.0.0.1', () => {
  console.log(`traces are taken at http://127.0.0.1:${server.address().port}`);
});
