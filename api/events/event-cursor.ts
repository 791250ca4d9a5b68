/** Spans of numbers that may still come, at most; the oldest are forgotten first. */
const MOST_HOLES = 16;
const LONGEST_ID = 600;

type Span = readonly [from: number, to: number];

/**
 * Which notices a client or a process has had. Numbers are drawn before the commit and heard at it, so that a lower one
 * may come later: the numbers that were passed over are kept as holes. Its id carries all that, so that any API process
 * can go on from it: `<highest>-<notice>-<event within it>[~<hole>[+<more>].…]`.
 */
export class EventCursor {
  #max: number;
  #holes: Span[];
  /** The notice that was told last, up to this of its events; `null`: whole. */
  #last: { readonly seq: number; readonly index: number } | null;

  private constructor(max: number, holes: readonly Span[], last: { seq: number; index: number } | null) {
    this.#max = max;
    this.#holes = holes.slice(-MOST_HOLES);
    this.#last = last;
  }

  /**
   * Has had everything up to the last of these ascending numbers, but what is absent between them. Of none: nothing, as
   * the highest number that was drawn tells nothing of what is committed.
   */
  static after(latest: readonly number[]): EventCursor {
    const cursor = new EventCursor(latest[0] ?? 0, [], null);
    for (const seq of latest) cursor.take(seq);
    return cursor;
  }

  /** Of an id that a client hands in; null when it is none. */
  static parse(id: string): EventCursor | null {
    if (id.length > LONGEST_ID) return null;
    const match = /^(\d{1,15})-(\d{1,15})-(\d{1,6})(?:~([\d+.]+))?$/.exec(id);
    if (match === null) return null;
    const [max, seq, index] = [Number(match[1]), Number(match[2]), Number(match[3])];
    const holes = (match[4]?.split('.') ?? []).map((part): Span => {
      const [from = Number.NaN, more = 0] = part.split('+').map(Number);
      return [from, from + more];
    });
    const ordered = holes.every(([from, to], i) => from > (holes[i - 1]?.[1] ?? -1) && to >= from && to < max);
    return ordered && seq <= max ? new EventCursor(max, holes, { seq, index }) : null;
  }

  get max(): number {
    return this.#max;
  }

  get holes(): readonly Span[] {
    return this.#holes;
  }

  /** What a query must ask for beside the numbers after `max`: the holes, and a notice of which only a part was had. */
  get open(): readonly Span[] {
    return this.#last === null ? this.#holes : [...this.#holes, [this.#last.seq, this.#last.seq]];
  }

  has(seq: number): boolean {
    return seq <= this.#max && !this.#holes.some(([from, to]) => seq >= from && seq <= to);
  }

  /** The first event of this notice that was not had; infinite when all were. */
  firstOf(seq: number): number {
    if (!this.has(seq)) return 0;
    return this.#last?.seq === seq ? this.#last.index + 1 : Number.POSITIVE_INFINITY;
  }

  /** Counts a notice as had, whole. */
  take(seq: number): void {
    this.#last = null;
    if (seq > this.#max) {
      if (seq > this.#max + 1) this.#holes.push([this.#max + 1, seq - 1]);
      this.#max = seq;
    } else {
      this.#holes = this.#holes.flatMap(([from, to]): Span[] => {
        if (seq < from || seq > to) return [[from, to]];
        return [...(from < seq ? [[from, seq - 1] as const] : []), ...(seq < to ? [[seq + 1, to] as const] : [])];
      });
    }
    if (this.#holes.length > MOST_HOLES) this.#holes = this.#holes.slice(-MOST_HOLES);
  }

  /** The id of one event of a notice that was taken. */
  idAt(seq: number, index: number): string {
    const holes = this.#holes.map(([from, to]) => (from === to ? String(from) : `${from}+${to - from}`)).join('.');
    return `${this.#max}-${seq}-${index}${holes === '' ? '' : `~${holes}`}`;
  }

  /** The id of having had what this cursor says, and no part of another notice. */
  get id(): string {
    return this.#last === null ? this.idAt(this.#max, WHOLE) : this.idAt(this.#last.seq, this.#last.index);
  }

  clone(): EventCursor {
    return new EventCursor(this.#max, this.#holes, this.#last);
  }
}

/** An index that no notice reaches: all of its events. */
const WHOLE = 999_999;
