import { gateway } from '../../api/faces/gateway/gateway.ts';
import type { Limits } from '../../api/verbs/context.ts';
import { serveFace, type ServedFace } from './face.ts';
import { openVerbs, type TestVerbs } from './verbs.ts';

/** The gateway face over verbs with an engine that only records. */
export interface TestGateway extends TestVerbs, ServedFace {
  stop(): Promise<void>;
}

export async function startGateway(limits: Partial<Limits> = {}): Promise<TestGateway> {
  const verbs = await openVerbs();
  const parts = { ...verbs.ctx, log: verbs.log, limits: { ...verbs.ctx.limits, ...limits }, now: () => verbs.now };
  const face = await serveFace(gateway, '/api/v1/scheduler', parts);
  return Object.assign(verbs, face, {
    async stop() {
      face.closeServer();
      await verbs.close();
    },
  });
}
