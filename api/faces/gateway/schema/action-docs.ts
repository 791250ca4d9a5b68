import { ACTION_TYPES, type ActionType } from '../../../../domain/actions/index.ts';
import { checkedByDomain } from '../../../http/body-fields.ts';
import { ACTION_FIELDS, type ActionDoc } from './action-fields.ts';

const TEMPLATE =
  'Templates may use `${NOW}`, `${DEVICE_ID}`, `${JOB_ID}`, `${JOB_NAME}`, `${EXECUTION_ID}`, `${SCHEDULED_TIME}`, the ' +
  "job's `variables`, a run's `parameters`, `VAR_*` of the environment, and configured MQTT values.";

const UNDESCRIBED: ActionDoc = { about: '', required: [], fields: {}, examples: [] };

/** One action's object; `part`: only what a change says, so that nothing in it is required. */
function shapeOf(type: ActionType, part: boolean) {
  const { about, required, fields, examples } = ACTION_FIELDS[type] ?? UNDESCRIBED;
  return {
    type: 'object' as const,
    title: type,
    description: about,
    required: part ? [] : ['type', ...required],
    properties: { type: { type: 'string' as const, enum: [type] }, ...fields },
    additionalProperties: type in ACTION_FIELDS ? false : true,
    ...(!part && examples.length > 0 && { examples }),
  };
}

/** What a job does: checked by the action's own kind in the domain. */
export const action = checkedByDomain({
  type: 'object',
  oneOf: ACTION_TYPES.map((type) => shapeOf(type, false)),
  description: `What the job does. ${TEMPLATE}`,
  example: { type: 'publish', topic: 'sensors/temperature', payload: '{"temp": ${TEMP_READING}}', qos: 1 },
});

/** Parts of an action, merged into the one that stands. */
export const actionPart = checkedByDomain({
  type: 'object',
  anyOf: ACTION_TYPES.map((type) => shapeOf(type, true)),
  description: `Merged into the job's action, field by field; another \`type\` starts anew. ${TEMPLATE}`,
  example: { payload: { template: '{"at": "${NOW}"}' } },
});
