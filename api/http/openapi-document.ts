import type { FaceApp } from './face.ts';

/** The OpenAPI 3.1 document of an application, as the text that is served (LIBRARIES section 5). */
export function openApiDocument(
  app: FaceApp,
  about: { title: string; description: string; version: string; servers: readonly string[] },
): string {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'A JWT or an API key.',
  });
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: about.title, description: about.description, version: about.version },
    servers: about.servers.map((url) => ({ url })),
    security: [{ bearer: [] }],
  });
  return JSON.stringify(document);
}
