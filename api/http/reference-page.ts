import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Hono } from 'hono';

/** One document of the reference page. */
export interface Reference {
  readonly name: string;
  readonly url: string;
}

/**
 * Everything from here: no CDN, no fonts, no telemetry (LIBRARIES section 1). Swagger UI writes style attributes;
 * its scripts are files, so no inline script is let through.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'swagger-ui-standalone-preset.js': 'text/javascript; charset=utf-8',
  'swagger-ui.css': 'text/css; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Almanac: API reference</title>
<link rel="icon" type="image/png" href="/assets/favicon-32x32.png">
<link rel="stylesheet" href="/assets/swagger-ui.css">
</head>
<body>
<div id="reference"></div>
<script src="/assets/swagger-ui-bundle.js"></script>
<script src="/assets/swagger-ui-standalone-preset.js"></script>
<script src="/assets/reference.js"></script>
</body>
</html>
`;

/** `/docs` and its `/assets/…`, from the package's own files. */
export function referencePage(references: readonly Reference[]): Hono {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const app = new Hono();
  app.get('/docs', (c) => c.html(PAGE, 200, { 'Content-Security-Policy': POLICY }));
  app.get('/assets/reference.js', (c) =>
    c.body(startScript(references), 200, { 'Content-Type': 'text/javascript; charset=utf-8' }),
  );
  for (const [file, type] of Object.entries(ASSETS)) {
    let bytes: Promise<Uint8Array<ArrayBuffer>> | null = null;
    app.get(`/assets/${file}`, async (c) => {
      bytes ??= readFile(join(folder, file)).then((buffer) => new Uint8Array(buffer));
      return c.body(await bytes, 200, { 'Content-Type': type, 'Cache-Control': 'public, max-age=3600' });
    });
  }
  return app;
}

function startScript(references: readonly Reference[]): string {
  const settings = {
    urls: references,
    dom_id: '#reference',
    deepLinking: true,
    docExpansion: 'list',
    persistAuthorization: false,
    validatorUrl: null,
    layout: 'StandaloneLayout',
  };
  return `const settings = ${JSON.stringify(settings)};
settings.presets = [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset];
SwaggerUIBundle(settings);
`;
}
