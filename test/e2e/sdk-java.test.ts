import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { installJavaPackage, type JavaPackage } from '../sdk/java-package.ts';
import { losingProxy } from '../sdk/losing-proxy.ts';
import { printedProgram, tourPrograms } from '../sdk/printed-program.ts';
import { expectPrintedEffects, storedTasks } from '../sdk/task-effects.ts';
import { RunningAlmanac } from '../support/running-almanac.ts';

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const MINUTES = 5 * 60_000;
const SDK = new URL('../../sdk/java/', import.meta.url);

const almanac = await RunningAlmanac.create();
const folder = mkdtempSync(join(tmpdir(), 'almanac-sdk-java-'));
let installing: Promise<JavaPackage> | undefined;

/** Installed once, as a user does it, by the first test that asks. */
function installed(context: TestContext): Promise<JavaPackage> {
  installing ??= installJavaPackage(context, folder);
  return installing;
}

async function run(context: TestContext, name: string, program: string): Promise<string> {
  const file = join(folder, `${name}.java`);
  writeFileSync(file, program);
  return (await installed(context)).run(file);
}

/** Java wants statements inside of a class, and the document leaves out the imports of its other names. */
function asClass(name: string, program: string): string {
  const [, imports = '', statements = ''] = /^((?:import [^;]+;\n)+)(.*)$/s.exec(program) ?? [];
  return `import com.example.*;
import java.util.*;
${imports}
public class ${name} {
  public static void main(String[] args) {
${statements}
  }
}
`;
}

describe('the Java SDK, installed by `mvn install`, against the running service', () => {
  beforeAll(async () => {
    await almanac.start();
    mkdirSync(join(folder, '.almanac'));
    copyFileSync(join(almanac.home, 'token'), join(folder, '.almanac', 'token'));
  }, 300_000);

  afterAll(async () => {
    await almanac.stop();
    (await installing?.catch(() => undefined))?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    'sdk/java: all of its own tests pass, against a scripted server',
    async (context) => {
      const { junit, said } = await installed(context);
      const { tests, failures, errors, skipped } = junit;
      const passed = tests - failures - errors - skipped;
      console.log(`sdk/java: ${passed} passed, ${failures + errors} failed, ${skipped} skipped`);
      expect({ failures, errors, skipped }, said).toEqual({ failures: 0, errors: 0, skipped: 0 });
      expect(tests).toBeGreaterThan(0);
    },
    2 * MINUTES,
  );

  it(
    'runs the printed program word for word [T-171..T-176]',
    async (context) => {
      const program = printedProgram('java', { host: almanac.apiUrl, key: almanac.token() });
      const said = await run(context, 'Printed', asClass('Printed', program));
      const [, taskId = '', executionId = ''] =
        new RegExp(`^Task created: (${UUID})\nStatus: scheduled\nTriggered execution: (${UUID})\n$`).exec(said) ?? [];
      expect(taskId, said).not.toBe('');
      await expectPrintedEffects(almanac, { taskId, executionId, payload: { reportType: 'daily' } });
    },
    2 * MINUTES,
  );

  it(
    'walks the tour of its README as it is pasted, with both clients',
    async (context) => {
      const [first = '', second = '', ...more] = tourPrograms(new URL('README.md', SDK), 'java tour', almanac.apiUrl);
      expect(more).toEqual([]);
      const lines = (await run(context, 'Tour', first)).split('\n').filter((line) => !line.startsWith('  '));
      expect(lines).toEqual([
        expect.stringMatching(/^tour_report is scheduled, next at \d{4}-\d\d-\d\dT0[45]:00:00Z$/),
        'It ended as success',
        '1 execution so far',
        'High priority: tour_report',
        'It waits for tour_report',
        'Changed: [priority]',
        'Now it is paused',
        'Success rate: 1.0',
        'The service is healthy',
        'Gone: TASK_NOT_FOUND',
        '',
      ]);
      expect(await run(context, 'Together', second)).toBe('success\n'.repeat(5));
    },
    MINUTES,
  );

  it(
    'goes through every operation and reads each answer into its type',
    async (context) => {
      const java = await installed(context);
      const said = await java.run(new URL('src/it/Operations.java', SDK).pathname, almanac.apiUrl, almanac.token());
      expect(said).toBe('all is well\n');
    },
    MINUTES,
  );

  const creation = (name: string, host: string) =>
    asClass(
      'Creation',
      `import java.time.Duration;
TaskSchedulerClient client = new TaskSchedulerClient.Builder()
    .baseUrl(${JSON.stringify(host)})
    .apiKey(${JSON.stringify(almanac.token())})
    .retry(RetryPolicy.USUAL.withMaxRetries(200).withLongestWait(Duration.ofMillis(500)))
    .build();
Task task = Task.builder().taskName("${name}").taskType(TaskType.MANUAL).build();
System.out.println(client.createTask(task).getTaskId());
`,
    );

  it(
    'makes one task, not two, where the answer to its creation is lost',
    async (context) => {
      const proxy = await losingProxy(almanac.apiUrl);
      try {
        const said = await run(context, 'Creation', creation('lost_answer', proxy.url));
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
      await installed(context);
      almanac.killPart('service');
      const said = await run(context, 'Creation', creation('after_the_fall', almanac.apiUrl));
      const stored = await storedTasks(almanac, 'after_the_fall');
      expect(stored.map(({ id }) => id)).toEqual([said.trim()]);
    },
    MINUTES,
  );
});
