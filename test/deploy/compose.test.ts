import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { temporalArguments } from '../../start/temporal/temporal-flags.ts';
import { compose, isOneShot, services, textOf } from './compose-file.ts';

const service = (name: string) => {
  const found = compose.services[name];
  if (found === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
};

describe('docker-compose.yml', () => {
  it('runs Temporal on Postgres with its UI, the brokers, the migrations, the API, the workers and one address before the API', () => {
    const always = services.filter(([, { profiles = [] }]) => profiles.length === 0);
    expect(always.map(([name]) => name).sort()).toEqual(
      ['api', 'gateway', 'migrate', 'mosquitto', 'nats', 'postgres', 'temporal', 'temporal-namespace']
        .concat('temporal-schema', 'temporal-ui', 'worker')
        .sort(),
    );
  });

  it.each(services)('%s is watched by a health check, or ends and is waited for', (name, { healthcheck, restart }) => {
    const isWatched = healthcheck?.test !== undefined && healthcheck.disable !== true;
    expect({ name, isWatched, restart }).toEqual(
      isOneShot(name)
        ? { name, isWatched: false, restart: 'on-failure:5' }
        : { name, isWatched: true, restart: 'unless-stopped' },
    );
  });

  it.each(services)('%s waits only for services that can become what it waits for', (_name, { depends_on = {} }) => {
    for (const [other, { condition }] of Object.entries(depends_on)) {
      expect(Object.keys(compose.services)).toContain(other);
      expect({ other, condition }).toEqual({
        other,
        condition: isOneShot(other) ? 'service_completed_successfully' : 'service_healthy',
      });
    }
  });

  it('starts the API and the workers after the schema, the namespace, the stores and the brokers', () => {
    const all = ['migrate', 'mosquitto', 'nats', 'postgres', 'temporal', 'temporal-namespace'];
    for (const name of ['api', 'worker']) expect(Object.keys(service(name).depends_on ?? {}).sort()).toEqual(all);
    expect(Object.keys(service('temporal').depends_on ?? {})).toContain('temporal-schema');
  });

  it('runs two replicas of the API and of the worker', () => {
    expect(service('api').deploy?.replicas).toBe(2);
    expect(service('worker').deploy?.replicas).toBe(2);
  });

  it('publishes the API and the pages for people only, and all on this machine only', () => {
    const published = services.flatMap(([name, { ports = [] }]) => ports.map((port) => ({ name, port })));
    expect(published.map(({ name }) => name).sort()).toEqual(['gateway', 'grafana', 'prometheus', 'temporal-ui']);
    for (const { port } of published) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('pins every image to a version', () => {
    for (const [, { image }] of services) expect(image).toMatch(/:(\d|\$\{\w+_VERSION:-v?\d+\.\d+)/);
  });

  it.each(services)('%s mounts only files that exist, and volumes that are named', (_name, { volumes = [] }) => {
    for (const volume of volumes) {
      const source = volume.split(':')[0] ?? '';
      const isThere = source.startsWith('./')
        ? existsSync(new URL(`../../${source}`, import.meta.url))
        : source in compose.volumes;
      expect({ volume, isThere }).toEqual({ volume, isThere: true });
    }
  });

  it.each(services)('%s has no secret written out, and is given each secret that it reads', (_name, given) => {
    const environment = Object.entries(given.environment ?? {});
    for (const [name, value] of environment) {
      if (/PASSWORD|SECRETS?|PWD|TOKEN|(DATABASE|MQTT|NATS)_URL/.test(name)) expect(name).toMatch(/_FILE$/);
      expect(value).not.toMatch(/\/\/[^/]*:[^/]*@/);
    }
    const read = environment.flatMap(([, value]) => /^\/run\/secrets\/(\w+)$/.exec(value)?.[1] ?? []);
    expect(given.secrets ?? []).toEqual(expect.arrayContaining(read));
    for (const secret of given.secrets ?? []) expect(Object.keys(compose.secrets)).toContain(secret);
  });

  it('gives each secret to someone, from a file outside of version control', () => {
    const used = new Set(services.flatMap(([, { secrets = [] }]) => secrets));
    expect([...used].sort()).toEqual(Object.keys(compose.secrets).sort());
    for (const { file } of Object.values(compose.secrets)) expect(file).toMatch(/^\.\/deploy\/secrets\//);
    expect(textOf('deploy/.gitignore').split('\n')).toContain('secrets/');
  });
});

describe("production's Temporal", () => {
  it('has the very dynamic configuration of the embedded start (ENGINE.md section 0)', () => {
    const flags = temporalArguments({ ports: { temporal: 1, temporalUi: 2, temporalHttp: 3, temporalMetrics: 4 } });
    const embedded = flags.flatMap((flag, i) => {
      const [, key, value] = /^([\w.]+)=(.*)$/.exec(flags[i - 1] === '--dynamic-config-value' ? flag : '') ?? [];
      return key === undefined || value === undefined ? [] : [[key, [{ value: JSON.parse(value) as unknown }]]];
    });
    expect(embedded.length).toBeGreaterThanOrEqual(10);
    expect(parse(textOf('deploy/temporal/dynamic-config.yaml'))).toEqual(Object.fromEntries(embedded));
    const { environment = {}, volumes = [] } = service('temporal');
    expect(environment['DYNAMIC_CONFIG_FILE_PATH']).toBe('/etc/almanac/dynamic-config.yaml');
    expect(volumes).toContain('./deploy/temporal:/etc/almanac:ro');
  });

  it('is set up by admin-tools of the very version of the server, not by auto-setup', () => {
    const version = service('temporal').image.replace('temporalio/server:', '');
    expect(service('temporal-schema').image).toBe(`temporalio/admin-tools:${version}`);
    expect(service('temporal-namespace').image).toBe(`temporalio/admin-tools:${version}`);
  });
});

describe('the image', () => {
  const steps = textOf('Dockerfile').replaceAll('\\\n', '').split('\n');
  const last = steps.slice(steps.findLastIndex((step) => step.startsWith('FROM ')));

  it('runs dist/main.js as uid 1000 on Debian, and is watched on /live', () => {
    expect(last[0]).toBe('FROM node:22-bookworm-slim');
    expect(last).toContain('USER 1000:1000');
    expect(last.find((step) => step.startsWith('ENTRYPOINT'))).toContain('"dist/main.js"');
    expect(last.find((step) => step.startsWith('HEALTHCHECK'))).toContain('/live');
  });

  it('has nothing from the build but what runs', () => {
    const copied = last.flatMap((step) => /^COPY (?:--from=\w+ )?(\S+)/.exec(step)?.[1] ?? []);
    expect(copied).toEqual(['/app/node_modules', '/app/dist', 'package.json', 'deploy/probe.mjs']);
    expect(
      textOf('.dockerignore')
        .split('\n')
        .find((line) => !line.startsWith('#')),
    ).toBe('*');
  });
});
