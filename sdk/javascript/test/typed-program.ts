// Never run: the type checker reads it, so that what users write has the types that they expect.
import { ConflictError, hasEnded, Priority, TaskSchedulerClient, TaskType } from 'task-scheduler-sdk';
import type { Execution, NewTask, Page, Task } from 'task-scheduler-sdk';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <A, B>(_same: Same<A, B>): void => undefined;

export async function program(): Promise<void> {
  const client = new TaskSchedulerClient({ baseUrl: 'https://api.example.com', apiKey: 'your_api_key', fetch });
  const task = await client.createTask({
    taskName: 'a',
    taskType: TaskType.ONE_TIME,
    nextExecutionTime: new Date(),
    payload: { anyKey: [1] },
    priority: 'high',
  });
  is<typeof task, Task>(true);
  is<typeof task.nextExecutionTime, Date | null>(true);
  const page = await client.getExecutions(task.taskId, { limit: 10 });
  is<typeof page, Page<Execution>>(true);
  const ended = await client.waitFor(await client.triggerTask(task.taskId, { force: true }), { timeoutMs: 1 });
  is<ReturnType<typeof hasEnded>, boolean>(true);
  if (ended.status === 'success' && hasEnded(ended)) is<typeof ended.durationMs, number | null>(true);
  for await (const one of client.iterTasks({ priority: Priority.LOW })) is<typeof one, Task>(true);
  const many: NewTask[] = [{ taskName: 'b', taskType: 'manual' }];
  is<number, Awaited<ReturnType<typeof client.bulkCreateTasks>>['created']>(true);
  await client.bulkCreateTasks(many, { idempotencyKey: 'x' });
  try {
    // @ts-expect-error a task has a name
    await client.createTask({ taskType: 'cron' });
    // @ts-expect-error enabled is yes or no
    await client.updateTask(task.taskId, { enabled: 'no' });
    // @ts-expect-error a misspelt field
    await client.createTask({ taskName: 'a', taskType: 'cron', scheduleExpresion: '* * * * *' });
  } catch (error) {
    if (error instanceof ConflictError) is<typeof error.code, string>(true);
  }
}
