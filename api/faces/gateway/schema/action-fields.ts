import type { ActionType } from '../../../../domain/actions/index.ts';

type Doc = Readonly<Record<string, unknown>>;

/** What the reference says of one action: every field that it takes, and an example with all of them. */
export interface ActionDoc {
  readonly about: string;
  readonly required: readonly string[];
  readonly fields: Readonly<Record<string, Doc>>;
  readonly examples: readonly Doc[];
}

const text = (description: string, more: Doc = {}): Doc => ({ type: 'string', description, ...more });
const whole = (description: string, more: Doc = {}): Doc => ({ type: 'integer', description, ...more });
const flag = (description: string, standard: boolean): Doc => ({ type: 'boolean', description, default: standard });
const words = (description: string, values: readonly string[], standard?: string): Doc => ({
  ...text(description),
  enum: values,
  ...(standard !== undefined && { default: standard }),
});
const headers = (description: string): Doc => ({
  type: 'object',
  additionalProperties: { type: 'string' },
  description,
});
const nullable = (doc: Doc): Doc => ({ ...doc, type: [doc['type'], 'null'], default: null });

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** docs/actions.md tells more of each. */
export const ACTION_FIELDS: Readonly<Partial<Record<ActionType, ActionDoc>>> = {
  publish: {
    about: 'An MQTT 5 publish; it succeeds when the broker acknowledges.',
    required: ['topic'],
    fields: {
      topic: text('A template, without wildcards.', { maxLength: 1024 }),
      payload: {
        description:
          'A template text, `{"template": …, "variables": {…}}`, or any JSON whose strings are templates. ' +
          'Variables that belong to a single run (NOW, EXECUTION_ID, SCHEDULED_TIME) are shown and never stored.',
      },
      payload_template: text('Instead of `payload`: a template text.'),
      qos: whole('MQTT quality of service.', { enum: [0, 1, 2], default: 1 }),
      retain: flag('Whether the broker keeps the message.', false),
    },
    examples: [
      { type: 'publish', topic: 'sensors/temperature', payload: '{"temp": ${TEMP_READING}}', qos: 1, retain: false },
    ],
  },
  log: {
    about: 'A structured log line, kept with the execution.',
    required: ['message'],
    fields: {
      message: text('A template.', { maxLength: 8192 }),
      level: words('How grave it is.', ['debug', 'info', 'warn', 'error'], 'info'),
    },
    examples: [{ type: 'log', message: 'Job executed', level: 'info' }],
  },
  output: {
    about: 'Sets a relay of `RELAYS`.',
    required: ['relay', 'value'],
    fields: {
      relay: text("The relay's name."),
      value: words('What it is set to.', ['on', 'off', 'toggle', 'pulse']),
      duration_ms: whole('Of a `pulse` only: how long it is on.', { minimum: 10, maximum: 3_600_000, default: 500 }),
    },
    examples: [{ type: 'output', relay: 'lights', value: 'pulse', duration_ms: 500 }],
  },
  system: {
    about: 'A system operation; needs the role `admin`.',
    required: ['operation'],
    fields: {
      operation: words('What is done.', ['health_check', 'backup', 'restart']),
      parameters: {
        type: 'object',
        description: 'What the operation takes; `restart` takes none.',
        additionalProperties: false,
        properties: {
          check_services: flag('health_check: database, Temporal and brokers.', true),
          check_storage: flag('health_check: disk and memory.', true),
          check_network: flag('health_check: the network and the clock.', true),
          keep: whole('backup: how many remain, this one included.', { minimum: 1, maximum: 1000, default: 7 }),
        },
      },
    },
    examples: [
      {
        type: 'system',
        operation: 'health_check',
        parameters: { check_services: true, check_storage: true, check_network: true },
      },
      { type: 'system', operation: 'backup', parameters: { keep: 7 } },
      { type: 'system', operation: 'restart' },
    ],
  },
  file: {
    about: 'Rotates files or writes a report, inside `SANDBOX_DIR` only.',
    required: ['operation'],
    fields: {
      operation: words('What is done.', ['rotate', 'generate_report']),
      pattern: text('rotate: which files, below the sandbox; `*`, `?`, and `**` for any folders.'),
      keep: whole('rotate: how many copies of a file remain.', { minimum: 0, maximum: 1000, default: 7 }),
      compress: flag('rotate: with gzip.', true),
      max_age_days: nullable({ type: 'number', description: 'rotate: older copies are removed.' }),
      max_size_mb: nullable({ type: 'number', description: 'rotate: only files at least as large.' }),
      copy_truncate: flag('rotate: copies and empties the file, for writers that keep it open.', false),
      format: words('generate_report: of the file.', ['html', 'csv', 'json'], 'html'),
      time_range: words('generate_report: how far back.', ['24h', '7d', '30d', '90d'], '7d'),
      tags: {
        type: ['array', 'null'],
        items: { type: 'string' },
        description: 'generate_report: of jobs with all of them.',
      },
      path: nullable(text('generate_report: where, a template; else `reports/<job>-<time>.<format>`.')),
    },
    examples: [
      {
        type: 'file',
        operation: 'rotate',
        pattern: '*.log',
        keep: 7,
        compress: true,
        max_age_days: 30,
        max_size_mb: 10,
        copy_truncate: false,
      },
      {
        type: 'file',
        operation: 'generate_report',
        format: 'html',
        time_range: '7d',
        tags: ['telemetry'],
        path: 'reports/week.html',
      },
    ],
  },
  rule: {
    about: 'Hands the run to a node of `RULES_FILE`.',
    required: ['rule_node'],
    fields: { rule_node: text("The node's name.") },
    examples: [{ type: 'rule', rule_node: 'alert' }],
  },
  webhook: {
    about:
      'An HTTP request, signed where `WEBHOOK_SECRETS` is set; private targets are refused unless `WEBHOOK_ALLOW` lists them.',
    required: ['url'],
    fields: {
      method: words('The method.', METHODS, 'POST'),
      url: text('A template.', { maxLength: 4096 }),
      headers: headers('Templates, by name.'),
      body: { description: 'A template text, any JSON whose strings are templates, or nothing.' },
      max_redirects: whole('How many redirects are followed.', { minimum: 0, maximum: 5, default: 3 }),
    },
    examples: [
      {
        type: 'webhook',
        method: 'POST',
        url: 'https://example.com/hook',
        headers: { 'X-Job': '${JOB_ID}' },
        body: { at: '${NOW}' },
        max_redirects: 3,
      },
    ],
  },
  function: {
    about: 'A registered function, or an activity on another Temporal task queue.',
    required: ['function'],
    fields: {
      function: text('Its key; with a `task_queue` the name of the activity.', { maxLength: 200 }),
      payload: { description: 'Any JSON, handed over as it is.' },
      task_queue: nullable(text('Where workers in any language serve it.')),
      heartbeat_timeout_seconds: nullable(
        whole('With a `task_queue`: silent for longer, the attempt counts as lost.', { minimum: 1, maximum: 86_400 }),
      ),
    },
    examples: [
      {
        type: 'function',
        function: 'resize',
        payload: { width: 640 },
        task_queue: 'images',
        heartbeat_timeout_seconds: 60,
      },
    ],
  },
  command: {
    about: 'A message over NATS to a subject of `COMMAND_WHITELIST`.',
    required: ['target_command'],
    fields: {
      target_command: text('The subject, as it is.'),
      payload: { description: 'A template text, any JSON whose strings are templates, or nothing.' },
      headers: headers('Templates, by name.'),
      expect_reply: flag("Waits for an answer, which becomes the execution's result.", false),
      reply_timeout_seconds: nullable({
        type: 'number',
        description: 'With `expect_reply`: how long; else only the timeout of the job bounds it.',
        minimum: 0.1,
        maximum: 86_400,
      }),
    },
    examples: [
      {
        type: 'command',
        target_command: 'cmd.mail.send',
        payload: { to: 'team' },
        headers: { 'X-Team': 'ops' },
        expect_reply: true,
        reply_timeout_seconds: 30,
      },
    ],
  },
  review: {
    about: 'A review of a PostgreSQL database of `REVIEW_CONNECTIONS`, read-only (docs/reviews.md).',
    required: ['task_type'],
    fields: {
      task_type: words('What is reviewed.', [
        'log_analysis',
        'config_check',
        'query_analysis',
        'custom_sql',
        'table_analysis',
      ]),
      connection_id: whole("1 is the service's own database.", { minimum: 1, maximum: 999_999_999, default: 1 }),
      analysis_target: nullable(
        words('What is looked at; null: all.', ['logs', 'config', 'performance', 'security', 'tables', 'queries']),
      ),
      custom_sql: nullable(text('Of `custom_sql`: one statement that reads.', { maxLength: 100_000 })),
      target_tables: nullable({
        type: 'array',
        items: { type: 'string', minLength: 1, maxLength: 200 },
        description: 'Of `table_analysis`: `table` or `schema.table`; null: all.',
        maxItems: 100,
      }),
      query_timeout: whole('Seconds that the whole review may take.', { minimum: 1, maximum: 3600, default: 300 }),
      output_format: words('Of the stored report.', ['json', 'markdown', 'html'], 'json'),
      detailed_analysis: flag('Looks at more, and keeps more.', true),
      language: words('Of findings and documents.', ['ru', 'en'], 'ru'),
    },
    examples: [
      {
        type: 'review',
        task_type: 'table_analysis',
        connection_id: 1,
        analysis_target: 'tables',
        custom_sql: null,
        target_tables: ['public.orders'],
        query_timeout: 300,
        output_format: 'markdown',
        detailed_analysis: true,
        language: 'en',
      },
    ],
  },
};
