import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { losingProxy } from '../sdk/losing-proxy.ts';
import { makeEnvironment, pipInstall, SDK } from '../sdk/python-environment.ts';
import { printedProgram, tourPrograms } from '../sdk/printed-program.ts';
import { runTool } from '../sdk/run-tool.ts';
import { expectPrintedEffects, storedTasks } from '../sdk/task-effects.ts';
import { RunningAlmanac } from '../support/running-almanac.ts';

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const MINUTES = 5 * 60_000;

const almanac = await RunningAlmanac.create();
const folder = mkdtempSync(join(tmpdir(), 'almanac-sdk-python-'));
let installed: Promise<string> | undefined;

/** A virtual environment with the package, installed from its folder as a user does it. */
function userPython(context: TestContext): Promise<string> {
  installed ??= makeEnvironment(context, join(folder, 'venv')).then(async (python) => {
    await pipInstall(context, python, [SDK]);
    return python;
  });
  return installed;
}

async function run(context: TestContext, program: string): Promise<string> {
  const python = await userPython(context);
  const file = join(folder, 'program.py');
  writeFileSync(file, program);
  const { code, stdout, said } = await runTool(python, ['-W', 'error', file], { cwd: folder });
  expect(code, said).toBe(0);
  return stdout;
}

describe('the Python SDK, installed by `pip install ./sdk/python`, against the running service', () => {
  beforeAll(async () => {
    await almanac.start();
    mkdirSync(join(folder, '.almanac'));
    copyFileSync(join(almanac.home, 'token'), join(folder, '.almanac', 'token'));
  }, 300_000);

  afterAll(async () => {
    await almanac.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    'runs the printed program word for word [T-159..T-164]',
    async (context) => {
      const said = await run(context, printedProgram('python', { host: almanac.apiUrl, key: almanac.token() }));
      const [, taskId = '', executionId = ''] =
        new RegExp(
          `^Task created: (${UUID})\nStatus: scheduled\nNext execution: \\d{4}-\\d\\d-\\d\\d 0[45]:00:00\\+00:00\n` +
            `Triggered execution: (${UUID})\n$`,
        ).exec(said) ?? [];
      expect(taskId, said).not.toBe('');
      await expectPrintedEffects(almanac, { taskId, executionId, payload: { report_type: 'daily' } });
    },
    MINUTES,
  );

  it(
    'walks the tour of its README as it is pasted, with both clients',
    async (context) => {
      const [first = '', second = '', ...more] = tourPrograms(
        new URL('../../sdk/python/README.md', import.meta.url),
        'python tour',
        almanac.apiUrl,
      );
      expect(more).toEqual([]);
      const lines = (await run(context, first)).split('\n').filter((line) => !line.startsWith('  '));
      expect(lines).toEqual([
        expect.stringMatching(/^tour_report is scheduled, next at (Mon|Tues|Wednes|Thurs|Fri)day 0[45]:00 UTC$/),
        'It ended as success',
        '1 execution so far',
        "High priority: ['tour_report']",
        'It waits for tour_report',
        "Changed: ['priority']",
        'Now it is paused',
        'Success rate: 100%',
        'The service is healthy',
        'Gone: TASK_NOT_FOUND',
        '',
      ]);
      expect(await run(context, second)).toBe(
        `${JSON.stringify(Array(5).fill('success')).replaceAll('"', "'").replaceAll(',', ', ')}\n`,
      );
    },
    MINUTES,
  );

  it(
    'goes through every operation and reads each answer into its type',
    async (context) => {
      const said = await run(context, operations(almanac.apiUrl, almanac.token()));
      expect(said).toBe('all is well\n');
    },
    MINUTES,
  );

  const creation = (name: string, host: string) => `from task_scheduler import RetryPolicy, TaskSchedulerClient
retry = RetryPolicy(max_retries=200, longest_wait=0.5)
with TaskSchedulerClient(${JSON.stringify(host)}, ${JSON.stringify(almanac.token())}, retry=retry) as client:
    print(client.create_task(task_name="${name}", task_type="manual", payload={}).task_id)
`;

  it(
    'makes one task, not two, where the answer to its creation is lost',
    async (context) => {
      const proxy = await losingProxy(almanac.apiUrl);
      try {
        const said = await run(context, creation('lost_answer', proxy.url));
        expect(proxy.lost()).toBe(1);
        const stored = await storedTasks(almanac, 'lost_answer');
        expect(stored.map(({ id }) => id)).toEqual([said.trim()]);
      } finally {
        proxy.close();
      }
    },
    MINUTES,
  );

  it(
    'waits for a service that was killed, until it is back',
    async (context) => {
      await userPython(context);
      almanac.killPart('service');
      const said = await run(context, creation('after_the_fall', almanac.apiUrl));
      const stored = await storedTasks(almanac, 'after_the_fall');
      expect(stored.map(({ id }) => id)).toEqual([said.trim()]);
    },
    MINUTES,
  );
});

/** Asserts in Python, where the types are. */
function operations(host: string, key: string): string {
  return `
from datetime import datetime, timedelta, timezone
from task_scheduler import *

client = TaskSchedulerClient(${JSON.stringify(host)}, ${JSON.stringify(key)})
later = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(days=1)
payload = {"camelCase": {"snake_case": [1, None, {"Kebab-Key": "\\u20ac"}]}}
made = client.create_task(
    task_name="once", task_type=TaskType.ONE_TIME, next_execution_time=later, payload=payload,
    priority=Priority.HIGH, tags={"Team": "a_b"}, timeout_seconds=60, max_retries=1, idempotency_key="sdk-python-once",
)
again = client.create_task(
    task_name="once", task_type=TaskType.ONE_TIME, next_execution_time=later, payload=payload,
    priority=Priority.HIGH, tags={"Team": "a_b"}, timeout_seconds=60, max_retries=1, idempotency_key="sdk-python-once",
)
assert again.task_id == made.task_id and made.next_execution_time == later and isinstance(made.created_at, datetime)
task = client.get_task(made.task_id)
assert task.payload == payload and task.tags == {"Team": "a_b"} and task.priority is Priority.HIGH
assert (task.task_type, task.timeout_seconds, task.max_retries, task.enabled) == (TaskType.ONE_TIME, 60, 1, True)
changed = client.update_task(task.task_id, priority="low", max_retries=1)
assert list(changed.updated_fields) == ["priority"], changed

page = client.list_tasks(tags={"Team": "a_b"}, status=TaskStatus.SCHEDULED, priority=Priority.LOW, limit=1)
assert (page.total, page.limit, page.offset, page[0].task_id) == (1, 1, 0, task.task_id)
assert client.pause_task(task.task_id, reason="a test").status is TaskStatus.PAUSED
try:
    client.trigger_task(task.task_id)
    raise AssertionError("a paused task ran")
except ConflictError as error:
    assert error.code == "TASK_DISABLED" and error.request_id, error
assert client.resume_task(task.task_id).next_execution_time == later

runs = [client.wait_for(client.trigger_task(task.task_id, parameters={"aKey": n})) for n in range(3)]
assert all(run.succeeded and run.worker_id and run.duration_ms is not None for run in runs), runs
assert [run.execution_id for run in client.iter_executions(task.task_id, page_size=1)] == [
    run.execution_id for run in reversed(runs)
]
assert client.get_executions(task.task_id, status=ExecutionStatus.FAILED).total == 0
run = client.get_execution(runs[0].execution_id)
assert run.parameters == {"aKey": 0} and run.is_retry is False and run.started_at <= run.completed_at
assert all(isinstance(line.timestamp, datetime) for line in client.get_execution_logs(run.execution_id))
try:
    client.cancel_execution(run.execution_id)
    raise AssertionError("what has ended was cancelled")
except ConflictError as error:
    assert error.code == "EXECUTION_FINISHED", error
stats = client.get_task_stats(task.task_id)
assert (stats.total_executions, stats.successful_executions, stats.success_rate) == (3, 3, 1.0), stats
assert stats.last_7_days.executions == 3 and stats.p99_duration_ms >= stats.p50_duration_ms >= 0

# Nobody serves that queue: its run waits until it is cancelled.
child = client.create_task(task_name="child", task_type="manual", payload={"task_queue": "nobody"})
dependency = client.add_dependency(child.task_id, task.task_id, DependencyType.COMPLETION)
assert (dependency.task_id, dependency.depends_on_task_id) == (child.task_id, task.task_id)
[listed] = client.list_dependencies(child.task_id)
assert (listed.dependency_id, listed.depends_on_task_name) == (dependency.dependency_id, "once")
assert listed.dependency_type is DependencyType.COMPLETION
try:
    client.add_dependency(task.task_id, child.task_id)
    raise AssertionError("a cycle was taken")
except ConflictError as error:
    assert error.code == "DEPENDENCY_CYCLE" and error.details, error
[edge] = client.get_graph(only_connected=True).edges
assert (edge.from_, edge.to) == (task.task_id, child.task_id)
held = client.trigger_task(child.task_id)
assert client.cancel_execution(held.execution_id).status in ("cancelled", "cancelling")
assert client.wait_for(held).status is ExecutionStatus.CANCELLED
client.remove_dependency(child.task_id, dependency.dependency_id)
assert client.list_dependencies(child.task_id) == []

bulk = client.bulk_create_tasks([
    *({"task_name": f"bulk_{n}", "task_type": "one_time", "next_execution_time": later} for n in range(7)),
    {"task_name": "wrong", "task_type": "cron", "schedule_expression": "never"},
])
assert (bulk.created, bulk.failed, len(bulk.task_ids)) == (7, 1, 7) and bulk.errors[0].index == 7, bulk
assert {t.task_id for t in client.iter_tasks(page_size=2)} == {*bulk.task_ids, task.task_id, child.task_id}
gone = client.bulk_delete_tasks([*bulk.task_ids, child.task_id])
assert (gone.deleted, gone.failed) == (8, 0)

status = client.get_status()
assert status.scheduler.leader and status.workers.total_capacity > 0 and status.queue.high_priority >= 0
workers = client.list_workers()
assert workers.total >= 1 and workers.workers[0].capacity > 0 and workers.workers[0].last_heartbeat

client.delete_task(task.task_id)
for what, error_class, code in [
    (lambda: client.get_task(task.task_id), NotFoundError, "TASK_NOT_FOUND"),
    (lambda: client.get_execution(task.task_id), NotFoundError, "EXECUTION_NOT_FOUND"),
    (lambda: client.create_task(task_name="x", task_type="cron", schedule_expression="no"), InvalidRequestError, "INVALID_CRON_EXPRESSION"),
    (lambda: TaskSchedulerClient(${JSON.stringify(host)}, "wrong").get_status(), AuthenticationError, "UNAUTHENTICATED"),
]:
    try:
        what()
        raise AssertionError(code)
    except error_class as error:
        assert error.code == code and error.message and error.request_id, error
print("all is well")
`;
}
