import type { CommandRules } from '../command-rules.ts';
import type { DomainError } from '../errors.ts';

/** What an action may name beside itself, as it is configured now. */
export interface Surroundings {
  /** The names in `RELAYS`. */
  readonly relays: readonly string[];
  /** The nodes of `RULES_FILE`. */
  readonly ruleNodes: readonly string[];
  /** The keys of the functions that workers serve, beside the built-in ones. */
  readonly functions: readonly string[];
  /** The ids of `REVIEW_CONNECTIONS`; absent: 1, the service's own database. */
  readonly reviewConnections?: readonly number[];
  /** Absent: the rules that hold where nothing is configured. */
  readonly commands?: CommandRules;
}

/**
 * One kind of action: what it *is*. Its twin in `activities/actions/` says what it *does*. Both lists are typed over
 * the same union, so that an action without its twin does not compile.
 */
export interface ActionKind<A extends { readonly type: string }> {
  readonly type: A['type'];
  /** Checks untrusted input; throws INVALID_ACTION naming every faulty field. Returns the normal form. */
  parse(input: unknown): A;
  /** Bounded, small, one round trip: may run inside a clock's `fire` (DESIGN section 1). */
  isQuick(action: A): boolean;
  /** What it touches, such as `relay:lights` or `mqtt:device/data`: what conflicts are judged by (DECISIONS section 7). */
  resources(action: A): readonly string[];
  /**
   * A sentence about what the action names and the surroundings lack (an unknown relay), or null; an error where its
   * code is not INVALID_ACTION. Checked at creation and change.
   */
  fault(action: A, surroundings: Surroundings): string | DomainError | null;
  /** Whether making, changing or running it by hand needs the role `admin`. */
  needsAdmin(action: A): boolean;
  /** One line for people, such as `publish to device/data`. */
  describe(action: A): string;
}
