/** How a process ended; both null when it was adopted and its end could only be noticed. */
export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Why it could not be run at all. */
  problem?: string;
}

/** One started (or adopted) server process, as the supervisor sees it. */
export interface RunningPart {
  pid: number;
  /** For people: where it listens, whether it was adopted. */
  detail: string;
  ended: Promise<Ending>;
  /** Asks it to end, and makes it end once its grace is over. */
  stop(): Promise<void>;
  /** Ends it at once. */
  kill(): void;
}

export interface PartProcess {
  pid: number;
  detail: string;
  ended: Promise<Ending>;
  signal(name: NodeJS.Signals): void;
  stopSignal: NodeJS.Signals;
  killSignal: NodeJS.Signals;
  graceMs: number;
}

/** A RunningPart from a process that can be signalled and waited for. */
export function runningPart(process: PartProcess): RunningPart {
  let isOver = false;
  void process.ended.then(() => (isOver = true));
  // Its pid may be another's by then.
  const signal = (name: NodeJS.Signals) => isOver || process.signal(name);
  return {
    pid: process.pid,
    detail: process.detail,
    ended: process.ended,
    async stop() {
      signal(process.stopSignal);
      const timer = setTimeout(() => signal(process.killSignal), process.graceMs);
      await process.ended;
      clearTimeout(timer);
    },
    kill: () => void signal(process.killSignal),
  };
}

/** An ending in words, for a log line. */
export function describeEnding(ending: Ending): string {
  if (ending.problem) return `could not be run: ${ending.problem}`;
  if (ending.signal) return `was ended by ${ending.signal}`;
  return ending.code === null ? 'is gone' : `ended with code ${ending.code}`;
}
