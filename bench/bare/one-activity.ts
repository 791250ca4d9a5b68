import { proxyActivities } from '@temporalio/workflow';

/** The queue of the activity: another than the workflow's, as in the product. */
export const BARE_ACTIONS = 'bare-actions';

const { act } = proxyActivities<{ act(id: string): Promise<void> }>({
  taskQueue: BARE_ACTIONS,
  startToCloseTimeout: '1m',
});

/** The least that a durable run can be: one workflow, one activity. */
export async function oneActivity(id: string): Promise<void> {
  await act(id);
}
