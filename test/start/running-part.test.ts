import { expect, test } from 'vitest';
import { runningPart, type Ending } from '../../start/process/running-part.ts';

test('a part that has ended is not signalled: its pid may be of another process by then', async () => {
  const signals: string[] = [];
  let end = (_: Ending) => {};
  const ended = new Promise<Ending>((resolve) => (end = resolve));
  const signal = (name: string) => void signals.push(name);
  const how = { stopSignal: 'SIGTERM', killSignal: 'SIGKILL', graceMs: 60_000 } as const;
  const part = runningPart({ pid: 1, detail: '', ended, signal, ...how });
  const stopped = part.stop();
  end({ code: 0, signal: null });
  await stopped;
  expect(signals).toEqual(['SIGTERM']);
  await part.stop();
  part.kill();
  expect(signals).toEqual(['SIGTERM']);
});
