import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { needsProgram } from '../support/needs.ts';
import { compose, textOf } from './compose-file.ts';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook_url: string };
}

const FOLDER = 'monitoring/prometheus';
const folder = fileURLToPath(new URL(`../../${FOLDER}`, import.meta.url));
const rules = (parse(textOf(`${FOLDER}/rules.yml`)) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
);
const tests = parse(textOf(`${FOLDER}/rules.test.yml`)) as {
  tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
};
const FROM_DEBIAN = 'apt-get install prometheus';

const promtool = (program: string, args: readonly string[]) =>
  execFileSync(program, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });

describe('The alerts', () => {
  it('are rules that Prometheus takes', (context) => {
    const program = needsProgram(context, 'promtool', FROM_DEBIAN);
    expect(promtool(program, ['check', 'rules', 'rules.yml'])).toContain(`SUCCESS: ${rules.length} rules found`);
  });

  it('fire when they should, and keep quiet when they should [M-078..M-081]', (context) => {
    const program = needsProgram(context, 'promtool', FROM_DEBIAN);
    expect(promtool(program, ['test', 'rules', 'rules.test.yml'])).toContain('SUCCESS');
  });

  it('have each a test in which it fires and one in which it does not', () => {
    const cases = tests.tests.flatMap((test) => test.alert_rule_test);
    for (const { alert } of rules) {
      const outcomes = cases.filter(({ alertname }) => alertname === alert).map((one) => one.exp_alerts.length > 0);
      expect({ alert, outcomes: [...new Set(outcomes)].sort() }).toEqual({ alert, outcomes: [false, true] });
    }
  });

  it('lead each to a page of its own that says what it means and what to do, and every page has its alert', () => {
    for (const { alert, annotations, labels } of rules) {
      const page = textOf(annotations.runbook_url);
      expect(page, annotations.runbook_url).toContain(alert);
      for (const heading of ['## What it means', '## What to look at', '## What to do'])
        expect(page).toContain(heading);
      expect(['warning', 'critical']).toContain(labels.severity);
    }
    const pages = readdirSync(fileURLToPath(new URL('../../docs/runbooks', import.meta.url)));
    expect(pages.map((page) => `docs/runbooks/${page}`).sort()).toEqual(
      rules.map(({ annotations }) => annotations.runbook_url).sort(),
    );
  });
});

describe('The profile "monitoring" of docker-compose.yml', () => {
  it('has a Prometheus with a configuration that it takes, which sends the token of the secrets', (context) => {
    const program = needsProgram(context, 'promtool', FROM_DEBIAN);
    expect(promtool(program, ['check', 'config', '--syntax-only', 'prometheus.yml'])).toContain('SUCCESS');
    const config = parse(textOf(`${FOLDER}/prometheus.yml`)) as {
      rule_files: string[];
      scrape_configs: {
        authorization: { credentials_file: string };
        dns_sd_configs: { names: string[]; port: number }[];
      }[];
    };
    expect(config.rule_files.every((file) => existsSync(`${folder}/${file}`))).toBe(true);
    for (const { authorization, dns_sd_configs: found } of config.scrape_configs) {
      expect(authorization.credentials_file).toBe('/run/secrets/metrics_token');
      for (const { names, port } of found) {
        expect(port).toBe(Number(compose.services['api']?.environment?.['API_PORT']));
        expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(names));
      }
    }
    expect(compose.services['prometheus']).toMatchObject({ profiles: ['monitoring'], secrets: ['metrics_token'] });
  });

  it('has a Grafana that finds this Prometheus and the dashboard where they are mounted', () => {
    const provisioned = 'monitoring/grafana/provisioning';
    const { datasources } = parse(textOf(`${provisioned}/datasources/prometheus.yml`)) as {
      datasources: { uid: string; url: string }[];
    };
    expect(datasources[0]?.url).toBe('http://prometheus:9090');
    const { providers } = parse(textOf(`${provisioned}/dashboards/almanac.yml`)) as {
      providers: { options: { path: string } }[];
    };
    expect(compose.services['grafana']?.volumes).toContain(
      `./monitoring/grafana/dashboards:${providers[0]?.options.path ?? ''}:ro`,
    );
    const dashboard = textOf('monitoring/grafana/dashboards/almanac.json');
    const asked = [...dashboard.matchAll(/"uid": "(almanac-[\w-]+)"/g)].map(([, uid]) => uid);
    expect(new Set(asked)).toEqual(new Set([datasources[0]?.uid]));
  });
});
