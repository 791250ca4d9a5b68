/** What a part may ask of the bench that runs it. */
export interface Bench {
  /** Small numbers, for trying the bench itself: its figures mean nothing. */
  readonly quick: boolean;
  readonly rounds: number;
  /** Says how far it is. */
  say(text: string): void;
}

/** One table of a part's results, all cells in words. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** One figure beside its goal. */
export interface Verdict {
  readonly what: string;
  readonly goal: string;
  readonly value: string;
  readonly met: boolean;
}

export interface PartResult {
  readonly tables: readonly Table[];
  readonly verdicts: readonly Verdict[];
  /** What a reader must know beside the tables, such as a peer that could not be run. */
  readonly notes: readonly string[];
}

/** One benchmark: what it shows, how, and its run. */
export interface Part {
  readonly name: string;
  readonly title: string;
  /** How it measures, for `docs/benchmarks.md`. */
  readonly method: string;
  run(bench: Bench): Promise<PartResult>;
}
