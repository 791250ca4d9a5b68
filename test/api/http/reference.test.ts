import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWeb, type RunningWeb } from './running-web.ts';

let web: RunningWeb;
beforeAll(async () => {
  web = await startWeb();
});
afterAll(() => web.stop());

it('each face has an OpenAPI 3.1 document with its paths, servers and bearer tokens', async () => {
  const response = await web.get('/gateway/openapi.json');
  const document = (await response.json()) as {
    openapi: string;
    paths: object;
    servers: { url: string }[];
    components: object;
  };
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths)).toContain('/api/v1/scheduler/things/{id}');
  expect(document.servers.map(({ url }) => url)).toEqual(['/gateway', '/']);
  expect(document.components).toMatchObject({ securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } });
});

it('the reference page lists every face and needs nothing from elsewhere', async () => {
  const page = await web.get('/docs');
  const html = await page.text();
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("connect-src 'self';");
  expect(policy).not.toMatch(/https?:|\*|script-src[^;]*unsafe/);
  expect(html).not.toMatch(/https?:\/\//);
  expect(html).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=/);
  const references = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '');
  expect(references.length).toBeGreaterThan(3);
  for (const path of references) {
    const asset = await web.get(path);
    expect(asset.status, path).toBe(200);
    expect((await asset.arrayBuffer()).byteLength, path).toBeGreaterThan(200);
  }
});

it('every document that the page names is there', async () => {
  const script = await (await web.get('/assets/reference.js')).text();
  const settings = JSON.parse(/settings = (\{.*\});/.exec(script)?.[1] ?? '{}') as {
    urls: { url: string }[];
    validatorUrl: null;
  };
  expect(settings.validatorUrl).toBeNull();
  expect(settings.urls.map(({ url }) => url)).toEqual(['/gateway/openapi.json', '/service/openapi.json']);
  for (const { url } of settings.urls) expect(await (await web.get(url)).json()).toMatchObject({ openapi: '3.1.0' });
});

it('assets are those of the list only', async () => {
  for (const path of [
    '/assets/../package.json',
    '/assets/package.json',
    '/assets/%2e%2e/package.json',
    '/assets/index.js',
  ]) {
    expect((await web.get(path)).status).toBe(404);
  }
});

it('the root leads to the reference', async () => {
  const response = await web.get('/');
  expect([response.status, response.headers.get('location')]).toEqual([302, '/docs']);
});
