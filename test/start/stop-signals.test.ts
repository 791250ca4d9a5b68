import { EventEmitter } from 'node:events';
import { beforeEach, expect, test } from 'vitest';
import { stopSignals } from '../../start/process/stop-signals.ts';

let now: number;
let heard: string[];
let process: EventEmitter;

beforeEach(() => {
  now = 1_000;
  heard = [];
  process = new EventEmitter();
  const signals = stopSignals(process, () => now);
  void signals.first.then(() => heard.push('first'));
  void signals.again.then(() => heard.push('again'));
});

async function signal(name: string): Promise<void> {
  process.emit(name);
  await new Promise((resolve) => setImmediate(resolve));
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s asks for an orderly stop', async (name) => {
  await signal(name);
  expect(heard).toEqual(['first']);
});

test('the copy of a Ctrl-C that npm passes on is not a second one', async () => {
  await signal('SIGINT');
  now += 20;
  await signal('SIGINT');
  expect(heard).toEqual(['first']);
});

test('another Ctrl-C after a while asks to stop at once', async () => {
  await signal('SIGINT');
  now += 600;
  await signal('SIGINT');
  expect(heard).toEqual(['first', 'again']);
});
