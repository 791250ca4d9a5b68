import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { expect, onTestFinished, test, vi } from 'vitest';
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

test('a port that was given out is kept from other processes before its server listens', async () => {
  const port = await freeInnerPort();
  const other = `
    import { innerPorts, takePort } from './start/ports.ts';
    const { postgres } = await innerPorts(['postgres'], { postgres: ${port} });
    console.log(JSON.stringify([await takePort(${port}), postgres, await takePort(postgres)]));`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', other],
    { cwd: new URL('../..', import.meta.url).pathname },
  );

  const [hasOurs, chosen, keepsItsOwn] = JSON.parse(stdout) as [boolean, number, boolean];
  expect([hasOurs, keepsItsOwn]).toEqual([false, true]);
  expect(chosen).not.toBe(port);
  expect((await innerPorts(['postgres'], { postgres: port })).postgres).toBe(port);
}, 60_000);

test('ports that are asked for side by side are different ones', async () => {
  vi.spyOn(Math, 'random').mockReturnValueOnce(0.5).mockReturnValueOnce(0.5);
  onTestFinished(() => void vi.restoreAllMocks());
  const [one, two] = await Promise.all([freeInnerPort(), freeInnerPort()]);
  expect(one).not.toBe(two);
});
