// A small program with the scheduler inside: it serves a function of its own, runs one job and prints what it saw.
// `node examples/library/small-program.mjs` after `npm run build`; the data lie in ALMANAC_HOME (default .almanac).
import { createScheduler } from 'almanac/scheduler';
import { setTimeout as sleep } from 'node:timers/promises';

let greeted = false;
const scheduler = createScheduler({
  mode: 'embedded',
  instanceName: 'small-program',
  home: process.env.ALMANAC_HOME ?? '.almanac',
  functions: {
    greet: {
      nameEn: 'Greet',
      nameAr: 'تحية',
      run: ({ payload, log }) => {
        log.info('greeting %s', payload.whom);
        greeted = true;
        return { summary: `Greeted ${payload.whom}` };
      },
    },
  },
});
await scheduler.start();

const functions = await scheduler.repository.getTaskFunctions();
const { id: taskFunctionId } = functions.find(({ key }) => key === 'greet');
const { id } = await scheduler.createJob({ taskFunctionId, intervalHours: 1, payload: { whom: 'the world' } });
const [executionId] = await scheduler.triggerJobNow(id);

let execution;
while (execution?.completedAt === undefined) {
  await sleep(100);
  const [found] = await scheduler.getJobHistory(id);
  execution = found.find((one) => one.executionId === executionId);
}
const status = await scheduler.getStatus();
const [, jobs] = await scheduler.listJobs();
await scheduler.stop();
console.log(JSON.stringify({ status, jobs, greeted, execution }));
