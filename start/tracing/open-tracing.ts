import type { Tracing } from '../../domain/tracing.ts';
import type { Config } from '../config.ts';
import { secretsOf } from '../log/secrets-of.ts';
import { createRedactor } from '../log/without-secrets.ts';

export interface OpenTracing extends Tracing {
  /** Sends what there is, for a few seconds at most. */
  close(): Promise<void>;
}

/** Undefined where no traces are asked for: then nothing of OpenTelemetry is loaded, and nothing else is done. */
export async function openTracing(
  config: Config,
  log: { warn(fields: object, message: string): void },
): Promise<OpenTracing | undefined> {
  const { endpoint, headers, share } = config.tracing;
  if (endpoint === null) return undefined;
  const { otlpTracing } = await import('./otlp-tracing.ts');
  const clean = createRedactor(secretsOf(config));
  return otlpTracing({ endpoint, headers, share, service: config.service, clean }, log);
}
