import type { RelayState } from '../../domain/relays.ts';

/** How one kind of relay is reached. Calls for one relay never overlap. */
export interface RelayDriver {
  /** Sets it; answers with the state read back, or null where the device can't say. */
  write(state: RelayState, executionId: string, signal: AbortSignal): Promise<RelayState | null>;
  /** The state it has now, or null where nobody knows. */
  read(signal: AbortSignal): Promise<RelayState | null>;
}
