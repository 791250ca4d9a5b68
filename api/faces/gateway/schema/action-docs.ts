import { ACTION_TYPES } from '../../../../domain/actions/index.ts';
import { checkedByDomain } from '../../../http/body-fields.ts';

const TEMPLATE =
  'Templates may use `${NOW}`, `${DEVICE_ID}`, `${JOB_ID}`, `${JOB_NAME}`, `${EXECUTION_ID}`, `${SCHEDULED_TIME}`, the ' +
  "job's `variables`, a run's `parameters`, `VAR_*` of the environment, and configured MQTT values.";

const PROPERTIES = {
  type: { type: 'string', enum: ACTION_TYPES, description: 'What the job does.' },
  topic: { type: 'string', description: 'publish: the MQTT topic, a template.', example: 'device/data' },
  payload: {
    description:
      'publish: a template text, `{"template": …, "variables": {…}}`, or any JSON whose strings are templates. ' +
      'Variables that belong to a single run (NOW, EXECUTION_ID, SCHEDULED_TIME) are shown and never stored.',
  },
  payload_template: { type: 'string', description: 'publish: another name for a payload that is a template text.' },
  qos: { type: 'integer', enum: [0, 1, 2], default: 1, description: 'publish: MQTT quality of service.' },
  retain: { type: 'boolean', default: false, description: 'publish: whether the broker keeps the message.' },
  message: { type: 'string', description: 'log: the line, a template.', example: 'Job executed' },
  level: { type: 'string', enum: ['debug', 'info', 'warn', 'error'], default: 'info', description: 'log: the level.' },
  relay: { type: 'string', description: 'output: a relay of `RELAYS`.', example: 'lights' },
  value: { description: 'output: `on`, `off`, `toggle` or `pulse`.', example: 'on' },
  operation: {
    type: 'string',
    description: 'system: `health_check`, `backup` or `restart`, for admins. file: `rotate` or `generate_report`.',
  },
  parameters: { type: 'object', description: 'system: what its operation takes, such as `check_services`.' },
  pattern: { type: 'string', description: 'file: which files, below the sandbox.', example: '*.log' },
  rule_node: { type: 'string', description: 'rule: a node of `RULES_FILE`.', example: 'alert' },
} as const;

/** What a job does: checked by the action's own kind in the domain. */
export const action = checkedByDomain({
  type: 'object',
  required: ['type'],
  properties: PROPERTIES,
  additionalProperties: true,
  description: `What the job does. ${TEMPLATE}`,
  example: { type: 'publish', topic: 'sensors/temperature', payload: '{"temp": ${TEMP_READING}}', qos: 1 },
});

/** Parts of an action, merged into the one that stands. */
export const actionPart = checkedByDomain({
  type: 'object',
  properties: PROPERTIES,
  additionalProperties: true,
  description: `Merged into the job's action, field by field; another \`type\` starts anew. ${TEMPLATE}`,
  example: { payload: { template: '{"at": "${NOW}"}' } },
});
