import { fork, spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEnvironment } from '../../start/env.ts';
import { ended } from './ended.ts';
import { listening } from './listening.ts';
import { PROGRAM } from './program.ts';
import { programOnPath } from './program-on-path.ts';

export interface MqttServer {
  readonly name: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Mosquitto where it is installed, else the broker of the embedded start, in a process of its own. */
export async function startMqttBroker(place: { folder: string; port: number }): Promise<MqttServer> {
  const mosquitto = programOnPath('mosquitto');
  const child = mosquitto === undefined ? embedded(place.port) : spawnMosquitto(mosquitto, place);
  await listening(place.port, child);
  return {
    name: mosquitto === undefined ? 'the embedded broker' : 'Mosquitto',
    pid: child.pid ?? 0,
    stop: () => ended(child, 'SIGTERM'),
  };
}

/** As it is shipped, but for the listener: its limits and its answer to each QoS 1 publish are Mosquitto's own. */
function spawnMosquitto(binary: string, { folder, port }: { folder: string; port: number }): ChildProcess {
  const file = join(folder, 'mosquitto.conf');
  writeFileSync(file, [`listener ${port} 127.0.0.1`, 'allow_anonymous true', 'log_type error', ''].join('\n'));
  return spawn(binary, ['-c', file], { stdio: 'ignore' });
}

function embedded(port: number): ChildProcess {
  const env = { ...readEnvironment([]).values, MQTT_PORT: String(port) };
  return fork(PROGRAM, ['broker'], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}
