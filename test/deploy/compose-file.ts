import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export interface ComposeService {
  readonly image: string;
  readonly restart: string;
  /** Those that it is started with; without any it is always. */
  readonly profiles?: readonly string[];
  readonly command?: string | readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly deploy?: { readonly replicas: number };
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

export const textOf = (place: string): string => readFileSync(new URL(`../../${place}`, import.meta.url), 'utf8');

export const compose = parse(textOf('docker-compose.yml'), { merge: true }) as ComposeFile;
export const services = Object.entries(compose.services);

/** A service that others wait for to end: schema, namespace, migrations. */
export const isOneShot = (name: string): boolean =>
  services.some(([, { depends_on }]) => depends_on?.[name]?.condition === 'service_completed_successfully');
