import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client, type Connection } from '@temporalio/client';
import { CONTROL_QUEUE, WORKFLOWS } from './names.ts';

/** Temporal's own numbers (temporal.api.enums.v1.IndexedValueType). */
const KEYWORD = 2;
const KEYWORD_LIST = 7;

/** The search attributes by which runs and clocks are found in the Web UI. */
const ATTRIBUTES: Readonly<Record<string, number>> = {
  JobId: KEYWORD,
  JobType: KEYWORD,
  Face: KEYWORD,
  Trigger: KEYWORD,
  ExecutionId: KEYWORD,
  JobIds: KEYWORD_LIST,
  Tags: KEYWORD_LIST,
};

/**
 * Makes the search attributes that are absent, then compares: adding one with another type answers "ok" and is ignored
 * (ENGINE.md 8.2). Throws with the names that have a wrong type.
 */
export async function ensureSearchAttributes(
  connection: Pick<Connection, 'operatorService'>,
  namespace: string,
): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const absent = Object.fromEntries(Object.entries(ATTRIBUTES).filter(([name]) => customAttributes[name] == null));
  if (Object.keys(absent).length > 0) {
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: absent });
  }
  const wrong = Object.entries(ATTRIBUTES).filter(
    ([name, type]) => customAttributes[name] != null && Number(customAttributes[name]) !== type,
  );
  if (wrong.length === 0) return;
  const names = wrong.map(([name]) => name).join(', ');
  throw new Error(`Temporal's namespace "${namespace}" has search attributes of another type: ${names}. Remove them.`);
}

const HOUSEKEEPER = 'almanac-housekeeper';

/** The one Temporal Schedule of our own: housekeeping each minute, and now (DESIGN section 3.6). */
export async function ensureHousekeeping(client: Client): Promise<void> {
  try {
    await client.schedule.create({
      scheduleId: HOUSEKEEPER,
      spec: { intervals: [{ every: '1m' }] },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1m' },
      action: {
        type: 'startWorkflow',
        workflowType: WORKFLOWS.housekeeper,
        workflowId: HOUSEKEEPER,
        taskQueue: CONTROL_QUEUE,
        args: [],
      },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
  await client.schedule.getHandle(HOUSEKEEPER).trigger();
}
