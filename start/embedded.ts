import { setTimeout as sleep } from 'node:timers/promises';
import { openChildren } from './process/children.ts';
import { type EmbeddedParts, embeddedParts } from './embedded-parts.ts';
import { type EmbeddedSettings, embeddedSettings } from './embedded-settings.ts';
import { endProcess } from './process/end-process.ts';
import { greet } from './greeting.ts';
import { type Home, openHome } from './home.ts';
import { chooseInnerPorts } from './inner-ports.ts';
import { takePidLock } from './process/pid-lock.ts';
import { requireFreePort } from './ports.ts';
import type { Report } from './report.ts';
import { stopSignals } from './process/stop-signals.ts';
import type { KeptPart } from './process/supervisor.ts';
import { ensureLocalToken, ensureSecret } from './token.ts';

export interface EmbeddedOptions {
  env: NodeJS.ProcessEnv;
  report: Report;
  /** Our own entry point, which children are forked from. */
  entry: string;
  cwd: string;
  nowMs: number;
}

const LEFTOVER_GRACE_MS = 10_000;
const KILLED_WITHIN_MS = 2_000;

/** Runs everything on this machine until a signal, and keeps it running; returns the exit code. */
export async function runEmbedded(options: EmbeddedOptions): Promise<number> {
  const { env, report } = options;
  const settings = embeddedSettings(env);
  const home = openHome(settings.home);
  const lock = takePidLock(home.lock);
  if (!lock.held) {
    report.say(`already running, pid ${lock.pid}, on ${home.folder}`, { runningPid: lock.pid });
    return 0;
  }
  try {
    return await runOn(home, settings, options);
  } finally {
    lock.release();
  }
}

async function runOn(home: Home, settings: EmbeddedSettings, options: EmbeddedOptions): Promise<number> {
  const { env, report, entry, cwd, nowMs } = options;
  const began = performance.now();
  const signals = stopSignals(process, () => performance.now());
  await clearWay(home, settings, report);
  const ports = await chooseInnerPorts(home, settings);
  const jwtSecret = settings.jwtSecret ?? ensureSecret(home.secret);
  const signing = { secret: jwtSecret, issuer: settings.jwtIssuer, audience: settings.jwtAudience };
  const parts = embeddedParts({ env, settings, home, ports, jwtSecret, report, entry });

  const up = Promise.all([bringUp(parts, report), ensureLocalToken(home.token, signing, nowMs)]);
  const outcome = await Promise.race([up.catch(asError), signals.first]);
  if (Array.isArray(outcome)) {
    const tookMs = performance.now() - began;
    const { temporalUiUrl } = parts.addresses;
    const natsUrl = settings.natsUrl === undefined ? parts.addresses.natsUrl : undefined;
    greet(report, { apiUrl: outcome[0], temporalUiUrl, natsUrl, tokenFile: home.token, tookMs }, cwd);
    await signals.first;
  }
  if (outcome instanceof Error) report.fail(outcome.message);
  report.say('stopping; once more stops at once');
  await Promise.race([stopInOrder(parts), signals.again.then(() => stopAtOnce(parts))]);
  report.say('stopped');
  return outcome instanceof Error ? 1 : 0;
}

/** What a crash left of our own Node processes ends first: it may still hold the ports. */
async function clearWay(home: Home, settings: EmbeddedSettings, report: Report): Promise<void> {
  const children = openChildren(home.children);
  for (const name of ['service', 'mqtt']) {
    const left = children.leftover(name);
    if (!left) continue;
    report.say(`ending the ${name} that an earlier start left behind, pid ${left.pid}`);
    await endProcess(left.pid, left.identity, LEFTOVER_GRACE_MS);
  }
  await requireFreePort(settings.apiPort, settings.apiHost, 'API_PORT');
  if (!settings.mqttUrl) await requireFreePort(settings.mqttPort, settings.mqttHost, 'MQTT_PORT');
}

/** Servers side by side, then the service; returns the API's address. */
async function bringUp(parts: EmbeddedParts, report: Report): Promise<string> {
  const start = async (part: KeptPart) => {
    const began = performance.now();
    const running = await part.start();
    report.part(part.name, running.detail, performance.now() - began);
    return running;
  };
  // Commands wait for it, and nothing else does: it may have to be built first, or be impossible here.
  if (parts.nats !== null) {
    void start(parts.nats).catch((error: unknown) => report.warn(`nats does not start: ${asError(error).message}`));
  }
  await Promise.all(parts.servers.map(start));
  return (await start(parts.service)).detail;
}

/** The order of LIBRARIES.md section 4: service, brokers, Temporal, Postgres. */
async function stopInOrder(parts: EmbeddedParts): Promise<void> {
  for (const part of allParts(parts)) await part.stop();
}

function allParts({ service, nats, servers }: EmbeddedParts): KeptPart[] {
  return [service, ...(nats === null ? [] : [nats]), ...servers.toReversed()];
}

async function stopAtOnce(parts: EmbeddedParts): Promise<void> {
  const all = allParts(parts);
  all.forEach((part) => part.kill());
  await Promise.race([Promise.all(all.map((part) => part.stop())), sleep(KILLED_WITHIN_MS)]);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
