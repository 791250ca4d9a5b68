/** So many batches are claimed at once, whatever their size. */
const ALWAYS = 2;
/** More are, as long as their jobs together are no more than this. */
const MOST_JOBS = 1000;
/** Who is inside for longer waits for a lock, and must not hold up the others. */
const LONGEST_MS = 1000;

interface Place {
  readonly clockId: string;
  readonly jobs: number;
  readonly enter: () => void;
}

/**
 * The claims of one process, in the order in which they come: large ones side by side would only take the processor from
 * each other and from the outcomes that they wait for. Two of one clock never are, since they want the same locks.
 */
export class ClaimLine {
  readonly #inside = new Map<string, Place>();
  #waiting: Place[] = [];

  /** Runs `work`, the claim of a clock's batch of so many jobs, when its turn has come. */
  async within<T>(clockId: string, jobs: number, work: () => Promise<T>): Promise<T> {
    const place = await new Promise<Place>((resolve) => {
      const mine: Place = { clockId, jobs, enter: () => resolve(mine) };
      this.#waiting.push(mine);
      this.#admit();
    });
    const tooLong = setTimeout(() => this.#leave(place), LONGEST_MS);
    try {
      return await work();
    } finally {
      clearTimeout(tooLong);
      this.#leave(place);
    }
  }

  #leave(place: Place): void {
    if (this.#inside.get(place.clockId) !== place) return;
    this.#inside.delete(place.clockId);
    this.#admit();
  }

  /** Lets in who comes next: who waits for its own clock is passed by, who waits for room holds up those behind. */
  #admit(): void {
    const staying: Place[] = [];
    let isFull = false;
    for (const place of this.#waiting) {
      const isBusy = this.#inside.has(place.clockId);
      isFull ||= !isBusy && !this.#hasRoom(place.jobs);
      if (isBusy || isFull) {
        staying.push(place);
      } else {
        this.#inside.set(place.clockId, place);
        place.enter();
      }
    }
    this.#waiting = staying;
  }

  #hasRoom(jobs: number): boolean {
    if (this.#inside.size < ALWAYS) return true;
    let together = jobs;
    for (const place of this.#inside.values()) together += place.jobs;
    return together <= MOST_JOBS;
  }
}
