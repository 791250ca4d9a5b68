/** Milliseconds since the Unix epoch. Every fire time is a whole second (DESIGN: "Whole seconds"). */
export type Instant = number;

/** What a kind's `parse` is told beside the input. */
export interface ParseContext {
  /** The instant of creation: anchors intervals and immediate jobs. */
  readonly now: Instant;
  /** The zone used where the input names none (DECISIONS section 9). */
  readonly defaultTimezone: string;
}

/**
 * One kind of schedule: *when*. Pure. `parse` is the only maker of `S` from untrusted input; it throws a
 * `DomainError` (INVALID_SCHEDULE or INVALID_CRON_EXPRESSION) whose message names the field and what to write instead.
 * `S` is plain JSON, and `parse` accepts what it made before, unchanged.
 */
export interface ScheduleKind<S extends { readonly kind: string }> {
  readonly kind: S['kind'];
  /** Checks untrusted input. Refuses unknown fields, wrong types and schedules that can never fire. */
  parse(input: unknown, context: ParseContext): S;
  /** The first fire time strictly later than `after`, un-jittered, or null when there is none. */
  nextAfter(spec: S, after: Instant): Instant | null;
  /** In English words, such as `every 30 seconds` or `at 02:00 on Mondays (Europe/Berlin)`. */
  describe(spec: S): string;
}
