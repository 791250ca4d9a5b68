import { askedToStop, tellStart } from './process/child-side.ts';
import { migrate, runService } from './service.ts';

/** Runs API, worker or both in this process until it is asked to stop; returns the exit code. */
export async function runServiceProcess(
  parts: { api: boolean; worker: boolean },
  options: { migrateFirst: boolean },
): Promise<number> {
  const asked = askedToStop();
  const starting = startService(parts, options);
  const service = await Promise.race([starting, asked]);
  if (service === undefined) return 0;
  await asked;
  await service.stop();
  return 0;
}

async function startService(parts: { api: boolean; worker: boolean }, options: { migrateFirst: boolean }) {
  if (options.migrateFirst) {
    const began = performance.now();
    await migrate();
    const tookMs = performance.now() - began;
    tellStart({ type: 'step', name: 'migrations', detail: 'the schema is up to date', tookMs });
  }
  const service = await runService(parts);
  tellStart({ type: 'ready', detail: service.ready.apiUrl });
  return service;
}
