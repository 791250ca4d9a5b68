import { askedToStop, tellStart } from './process/child-side.ts';
import { embeddedSettings } from './embedded-settings.ts';
import { startBroker } from './mqtt-broker.ts';

/** Runs the embedded MQTT broker in this process until it is asked to stop; returns the exit code. */
export async function runBrokerProcess(env: NodeJS.ProcessEnv): Promise<number> {
  const asked = askedToStop();
  const { mqttHost: host, mqttPort } = embeddedSettings(env);
  const broker = await startBroker({ host, port: mqttPort });
  const detail = `MQTT 5 broker on ${host}:${broker.port} (retained messages live in memory)`;
  tellStart({ type: 'ready', detail });
  await asked;
  await broker.close();
  return 0;
}
