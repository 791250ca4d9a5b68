import type { EventEmitter } from 'node:events';

/** npm passes a Ctrl-C on that the terminal has sent to us as well: what comes this soon is the same wish. */
const SAME_WISH_MS = 500;

/** Wishes to stop: the first asks for an orderly stop, another one after it for a stop at once. */
export interface StopSignals {
  first: Promise<void>;
  again: Promise<void>;
}

/** Listens for Ctrl-C and its kin on `source` (the process) for good. `now` is monotonic, in ms. */
export function stopSignals(source: EventEmitter, now: () => number): StopSignals {
  const wishes = { first: () => {}, again: () => {} };
  const signals = {
    first: new Promise<void>((resolve) => (wishes.first = resolve)),
    again: new Promise<void>((resolve) => (wishes.again = resolve)),
  };
  let firstAt: number | undefined;
  const onSignal = () => {
    firstAt ??= now();
    wishes.first();
    if (now() - firstAt >= SAME_WISH_MS) wishes.again();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) source.on(name, onSignal);
  return signals;
}
