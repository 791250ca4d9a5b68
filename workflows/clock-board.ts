import type { PlanInput, PlannedJob } from '../activities/plan.ts';
import type { DueJob } from '../domain/due-jobs.ts';
import { PlannedFires } from '../domain/instants.ts';

interface Seat {
  readonly job: PlannedJob;
  readonly fires: PlannedFires;
  /** How many fires its last plan brought. */
  readonly planned: number;
  /** The latest nominal time that was handed to `fire`. */
  handed: number | null;
}

/** Due times of one job in one batch, at most: what a plan brings of an outage at once. */
const MOST_DUES = 1000;
/** Due times in one batch, at most, whatever the jobs: four batches may have to be carried in an argument. */
const MOST_IN_BATCH = 5000;

/**
 * The jobs of a clock and their planned fires: all that a clock knows, kept apart from how it waits. Deterministic, and
 * without any state of runs.
 */
export class ClockBoard {
  readonly #seats = new Map<string, Seat>();

  get size(): number {
    return this.#seats.size;
  }

  get ids(): string[] {
    return [...this.#seats.keys()];
  }

  /** What was handed over already, for a plan: `id → [specRevision, nominal time]`. */
  handed(): PlanInput['handed'] {
    const handed: Record<string, readonly [number, number]> = {};
    for (const [id, seat] of this.#seats) if (seat.handed !== null) handed[id] = [seat.job.specRevision, seat.handed];
    return handed;
  }

  /** Takes a plan: of all jobs (`asked` null), or of those asked for; who was asked for and is not in it has left. */
  take(planned: readonly PlannedJob[], asked: readonly string[] | null): void {
    const present = new Set(planned.map((job) => job.id));
    for (const id of asked ?? this.ids) if (!present.has(id)) this.#seats.delete(id);
    for (const job of planned) {
      const before = this.#seats.get(job.id);
      const handed = before?.job.specRevision === job.specRevision ? before.handed : null;
      const fires = new PlannedFires(job.fires);
      // Handed over while the plan was made: its claim may still be under way.
      if (handed !== null) fires.dropUntil(handed);
      this.#seats.set(job.id, { job, fires, planned: fires.length, handed });
    }
  }

  /** The earliest planned fire; infinity when there is none. */
  next(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { fires } of this.#seats.values()) next = Math.min(next, fires.first?.fireAt ?? next);
    return next;
  }

  /** Removes and returns what is due at `now`, ready for `fire`: all, but for what one batch can't hold. */
  takeDue(now: number): DueJob[] {
    const due: DueJob[] = [];
    let room = MOST_IN_BATCH;
    for (const seat of this.#seats.values()) {
      const count = seat.fires.dueBy(now, MOST_DUES);
      // A job's catch-up stays in one batch: it is one sequence, or coalesces into one run.
      if (count === 0 || count > room) continue;
      room -= count;
      const dues = seat.fires.take(count);
      seat.handed = dues.at(-1) ?? seat.handed;
      const { id, specRevision, more } = seat.job;
      const next = seat.fires.first?.fireAt ?? null;
      const final = next === null && !more;
      if (final) this.#seats.delete(id);
      const behind = next === null ? seat.job.behind : next <= now;
      due.push({ id, specRevision, dues, next, ...(behind && { behind }), ...(final && { final }) });
    }
    return due;
  }

  /** Jobs whose planned fires run out although more come after them. */
  runningOut(): string[] {
    return [...this.#seats.values()]
      .filter((seat) => seat.job.more && seat.fires.length < Math.max(1, seat.planned / 4))
      .map((seat) => seat.job.id);
  }

  /** The clock's page in the Web UI: its jobs, with their next and last fires, as a Markdown table. */
  describe(): string {
    const rows = [...this.#seats.values()]
      .sort((a, b) => (a.fires.first?.fireAt ?? 0) - (b.fires.first?.fireAt ?? 0))
      .map(({ job, fires, handed }) => {
        const cells = [job.name, job.summary, utc(fires.first?.fireAt), utc(handed)];
        return `| ${cells.map((text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
      });
    return ['| job | what and when | next fire | last fire |', '|---|---|---|---|', ...rows].join('\n');
  }
}

function utc(instant: number | null | undefined): string {
  return instant == null ? '–' : new Date(instant).toISOString().slice(0, 19).replace('T', ' ');
}
