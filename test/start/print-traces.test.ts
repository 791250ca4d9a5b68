import { spawn } from 'node:child_process';
import { expect, it, onTestFinished } from 'vitest';
import { otlpTracing } from '../../start/tracing/otlp-tracing.ts';
import { recordingLog } from '../support/recording-log.ts';
import { until } from '../support/until.ts';

it('examples/tracing prints a trace as a tree, with what failed', async () => {
  const script = new URL('../../examples/tracing/print-traces.mjs', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill());
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  const endpoint = await until('it listens', () => /taken at (\S+)/.exec(said)?.[1]);
  const settings = { endpoint, headers: {}, share: 1, service: { name: 'plant', version: '1' }, clean: String };
  const tracing = otlpTracing(settings, recordingLog());
  const request = { name: 'POST /trigger', kind: 'server', parent: null, attributes: {} } as const;
  await tracing.within(request, ({ traceparent: parent }) =>
    tracing.within({ name: 'run', kind: 'consumer', parent, attributes: { 'almanac.attempt': 1 } }, (run) => {
      run.fail('NATS is away');
      return Promise.resolve();
    }),
  );
  await tracing.close();
  await until('the trace is printed', () => said.includes('trace ') && said.includes('NATS is away'));
  const lines = said.split('\n').slice(1);
  expect(lines[0]).toMatch(/^trace [0-9a-f]{32}$/);
  expect(lines[1]).toMatch(/^ {2}POST \/trigger {2}\[plant, server, \+0\.0 ms, [\d.]+ ms\]/);
  expect(lines[2]).toMatch(/^ {4}run {2}\[plant, consumer, .*almanac\.attempt=1 {2}FAILED: NATS is away$/);
});
