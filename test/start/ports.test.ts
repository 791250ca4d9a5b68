import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { freeInnerPort, innerPorts, isPortFree, requireFreePort } from '../../start/ports.ts';

test('a taken port is refused with the process that holds it and the variable to set', async () => {
  const port = await freeInnerPort();
  const script = `require('net').createServer().listen(${port}, '127.0.0.1', () => console.log('up'))`;
  const holder = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void holder.kill());
  await once(holder.stdout, 'data');

  const refusal = requireFreePort(port, '127.0.0.1', 'API_PORT');

  await expect(refusal).rejects.toThrow(`port ${port} is taken by pid ${holder.pid} (${process.execPath} -e`);
  await expect(refusal).rejects.toThrow('set API_PORT to another port');
});

test('a free port is accepted and stays free', async () => {
  const port = await freeInnerPort();
  await requireFreePort(port, '127.0.0.1', 'API_PORT');
  expect(await isPortFree(port, '127.0.0.1')).toBe(true);
});

test('inner ports keep what was saved, and replace only what another process took', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void taken.close());
  await once(taken, 'listening');
  const address = taken.address();
  const takenPort = typeof address === 'object' && address ? address.port : 0;
  const saved = await freeInnerPort();

  const chosen = await innerPorts(['postgres', 'temporal', 'metrics'], { postgres: saved, temporal: takenPort });

  expect(chosen.postgres).toBe(saved);
  expect(chosen.temporal).not.toBe(takenPort);
  expect(new Set(Object.values(chosen)).size).toBe(3);
});

test('inner ports lie below the range from which outgoing connections take theirs', async () => {
  expect(await freeInnerPort()).toBeLessThan(32_768);
});
