import { OpenAPIHono } from '@hono/zod-openapi';
import { invalid } from '../../domain/errors.ts';
import { faultsOf } from '../../domain/parse.ts';
import type { FaceApp, FaceEnv } from './face.ts';

/** An empty face: what its routes' schemas refuse becomes INVALID_INPUT, naming every faulty field at once. */
export function newFaceApp(): FaceApp {
  return new OpenAPIHono<FaceEnv>({
    defaultHook: (result) => {
      if (!result.success) throw invalid('INVALID_INPUT', faultsOf(result.error));
    },
  });
}
