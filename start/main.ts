import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { SETTINGS_IN_FILES } from './embedded-settings.ts';
import { readEnvironment } from './env.ts';
import { createReport } from './report.ts';

type Command = (args: string[]) => Promise<number>;

// Each command loads only what it needs: the start itself stays a small process.
const COMMANDS: Record<string, { does: string; run: Command }> = {
  start: { does: 'everything on this machine, supervised', run: start },
  service: { does: 'API and worker in one process (--migrate: after the migrations)', run: service(true, true) },
  api: { does: 'the API only', run: service(true, false) },
  worker: { does: 'the worker only', run: service(false, true) },
  migrate: { does: 'brings the database schema up to date', run: migrate },
  restore: { does: 'puts a backup into an empty database (restore <archive.tar.gz>)', run: restore },
  connections: { does: 'lists the databases that reviews read, and tests each', run: connections },
  broker: { does: 'the embedded MQTT broker', run: broker },
  'temporal-binary': {
    does: 'finds, downloads or builds the Temporal server, and prints where it is',
    run: temporalBinary,
  },
  'download-temporal': { does: 'downloads the Temporal server into a folder', run: downloadTemporal },
};

async function start(): Promise<number> {
  const env = environment();
  const { runEmbedded } = await import('./embedded.ts');
  return runEmbedded({ env, report: reportOn(env), entry, cwd: process.cwd(), nowMs: Date.now() });
}

function service(api: boolean, worker: boolean): Command {
  return async (args) => {
    const { runServiceProcess } = await import('./service-process.ts');
    return runServiceProcess({ api, worker }, { migrateFirst: args.includes('--migrate') });
  };
}

async function migrate(): Promise<number> {
  const service = await import('./service.ts');
  await service.migrate();
  return 0;
}

async function restore(args: string[]): Promise<number> {
  const env = environment();
  const { runRestore } = await import('./restore.ts');
  const say = (line: string) => reportOn(env).say(line);
  const home = env['ALMANAC_HOME'] || '.almanac';
  return runRestore(args, { databaseUrl: env['DATABASE_URL'], home, now: Date.now(), say });
}

async function connections(): Promise<number> {
  const { runConnections } = await import('./connections.ts');
  return runConnections((line) => reportOn(environment()).say(line));
}

async function broker(): Promise<number> {
  const { runBrokerProcess } = await import('./broker-process.ts');
  return runBrokerProcess(environment());
}

async function temporalBinary(): Promise<number> {
  const env = environment();
  const { ensureTemporalBinary } = await import('./temporal/temporal-binary.ts');
  const { stopSignals } = await import('./process/stop-signals.ts');
  const report = reportOn(env);
  const stopping = new AbortController();
  void stopSignals(process, () => performance.now()).first.then(() => stopping.abort(new Error('stopped by a signal')));
  report.say(`Temporal server: ${await ensureTemporalBinary({ env, report, entry, stopping: stopping.signal })}`);
  return 0;
}

async function downloadTemporal([folder = '.']: string[]): Promise<number> {
  const { runDownload } = await import('./temporal/download-temporal.ts');
  return runDownload(folder).then(
    () => 0,
    (error: unknown) => {
      console.error(String(error));
      return 1;
    },
  );
}

function reportOn(env: NodeJS.ProcessEnv) {
  return createReport(env, process.stdout, Date.now);
}

/** What the embedded parts read; the service reads and checks all that it needs by itself. */
function environment(): NodeJS.ProcessEnv {
  const { values, wrong } = readEnvironment(SETTINGS_IN_FILES);
  if (wrong.length > 0) throw new Error(wrong.map(({ name, message }) => `${name} ${message}`).join('\n'));
  return values;
}

/** Runs the command that the arguments name. Never returns: what a library left open must not keep the process. */
async function main([name = 'start', ...args]: string[]): Promise<never> {
  const command = COMMANDS[name];
  if (!command) {
    const known = Object.entries(COMMANDS).map(([word, { does }]) => `  ${word.padEnd(18)} ${does}`);
    console.error([`there is no command "${name}"; these are known:`, ...known].join('\n'));
    process.exit(2);
  }
  process.stdout.on('error', () => undefined);
  try {
    const code = await command.run(args);
    process.exit(process.exitCode ?? code);
  } catch (error) {
    const isPlain = error instanceof Error && error.constructor === Error;
    reportOn(readEnvironment([]).values).fail(isPlain ? error.message : inspect(error));
    process.exit(1);
  }
}

const entry = fileURLToPath(import.meta.url);
await main(process.argv.slice(2));
