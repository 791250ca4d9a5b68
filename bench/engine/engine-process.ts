import { askedToStop, tellStart } from '../../start/process/child-side.ts';
import { openEngine } from './open-engine.ts';

// The engine in a process of its own, so that its CPU is told apart from the bench's. Its variables are its argument.
const asked = askedToStop();
const variables = JSON.parse(process.argv[2] ?? '{}') as Record<string, string>;
const engine = await openEngine(variables, { worker: true });
tellStart({ type: 'ready', detail: '' });
await asked;
await engine.close();
process.exit(0);
