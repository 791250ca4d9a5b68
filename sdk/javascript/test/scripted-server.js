import { createServer } from 'node:http';

/** A real HTTP server on this machine that gives `replies` in order, the last one for ever, and remembers its requests. */
export async function scriptedServer(context, ...replies) {
  const asked = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const { pathname, searchParams } = new URL(request.url, 'http://service');
    const body = text === '' ? undefined : JSON.parse(text);
    const query = Object.fromEntries(searchParams);
    asked.push({ method: request.method, path: pathname, query, headers: request.headers, body });
    const reply = replies[Math.min(asked.length, replies.length) - 1];
    if (reply.hangs) return;
    if (reply.drops) {
      request.socket.destroy();
      return;
    }
    response.writeHead(reply.status ?? 200, { 'Content-Type': 'application/json', ...reply.headers });
    response.end(reply.text ?? (reply.body === undefined ? '' : JSON.stringify(reply.body)));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  context.after(close);
  return { url: `http://127.0.0.1:${server.address().port}`, asked, close };
}

export function refusal(status, code, { message = 'No.', headers = {}, ...details } = {}) {
  return { status, headers, body: { error: { code, message, details } } };
}

/** Answers as the document prints them. */
export const TASK = {
  task_id: '550e8400-e29b-41d4-a716-446655440000',
  task_name: 'daily_report_generation',
  task_type: 'cron',
  schedule_expression: '0 0 * * *',
  timezone: 'America/New_York',
  next_execution_time: '2024-01-09T05:00:00Z',
  last_execution_time: '2024-01-08T05:00:00Z',
  status: 'scheduled',
  enabled: true,
  payload: { report_type: 'daily', camelCase: { 'Inner-Key': 1, snake_key: [{ deep_key: null }] } },
  timeout_seconds: 300,
  max_retries: 3,
  retry_count: 0,
  priority: 'high',
  tags: { team_name: 'a_b' },
  dependencies: [{ depends_on_task_id: 't-0', dependency_type: 'any' }],
  created_at: '2024-01-01T00:00:00Z',
  updated_at: '2024-01-08T10:00:00Z',
};

export const EXECUTION = {
  execution_id: 'e-1',
  task_id: 't-1',
  worker_id: 'worker-1',
  started_at: '2024-01-08T05:00:00Z',
  completed_at: '2024-01-08T05:05:30Z',
  duration_ms: 330000,
  status: 'success',
  result: { records_processed: 10000, outputFile: 's3://bucket/report.pdf' },
  retry_number: 0,
  is_retry: false,
};

export const TRIGGERED = {
  task_id: 't-1',
  execution_id: 'e-1',
  status: 'queued',
  queued_at: '2024-01-08T10:00:00Z',
};
