import { setTimeout as pause } from 'node:timers/promises';
import type { OutputAction } from '../../domain/actions/output.ts';
import type { ActionResult } from '../../domain/execution.ts';
import type { RelayState } from '../../domain/relays.ts';
import type { Relay } from '../deps.ts';
import { ActionFailure, type ActionContext, type ActionHandler } from './handler.ts';

/** A pulse that is stopped still ends: the relay has this long to go off. */
const SWITCH_OFF_MS = 5_000;

/** Sets a relay and reads it back (DECISIONS section 5). */
export const output: ActionHandler<OutputAction> = {
  async run(action, context) {
    const relay = context.deps.relay(action.relay);
    if (relay === null) {
      throw new ActionFailure(
        'UnknownRelay',
        `There is no relay "${action.relay}": add it to RELAYS, or change the job.`,
        {
          retryable: false,
        },
      );
    }
    if (action.value === 'pulse') return pulse(relay, action.relay, action.duration_ms, context);
    const after = await relay.set(action.value, context.run.executionId, context.stop.signal);
    return reported(action.relay, after, `${action.relay} is ${after.state}`, context);
  },
};

async function pulse(relay: Relay, name: string, durationMs: number, context: ActionContext): Promise<ActionResult> {
  let on: { state: RelayState; confirmed: boolean } | undefined;
  try {
    on = await relay.set('on', context.run.executionId, context.stop.signal);
    context.log('info', `${name} is on for ${durationMs} ms`);
    await pause(durationMs, undefined, { signal: context.stop.signal });
  } finally {
    // Whether it was stopped or its answer got lost: what may be on must not stay on.
    const enough = AbortSignal.timeout(SWITCH_OFF_MS);
    const off = await relay.set('off', context.run.executionId, enough).catch((error: unknown) => {
      context.log('error', `${name} may still be on: it could not be switched off`);
      throw error;
    });
    on = { state: off.state, confirmed: off.confirmed && (on?.confirmed ?? false) };
  }
  return reported(name, on, `${name} was on for ${durationMs} ms`, context);
}

function reported(
  relay: string,
  after: { state: RelayState; confirmed: boolean },
  message: string,
  context: ActionContext,
): ActionResult {
  context.log(
    'info',
    after.confirmed ? `${relay} reads ${after.state}` : `${relay} was set ${after.state}, not read back`,
  );
  return { message, data: { relay, ...after }, metrics: { outputs_set: 1 } };
}
