import { defineQuery, defineSignal } from '@temporalio/workflow';

/** Some jobs of a clock were made, changed, enabled, paused or moved: plan them anew. None named: all. */
export const poke = defineSignal<[readonly string[]]>('poke');

/** What a clock holds: for tests, and for looking into it. */
export interface ClockView {
  readonly jobs: readonly string[];
  /** `job id → [specRevision, latest nominal time handed to fire]` */
  readonly handed: Readonly<Record<string, readonly [number, number]>>;
  readonly next: number | null;
  readonly inFlight: number;
}
export const clockView = defineQuery<ClockView>('clockView');
