import type { DedicatedConnection } from './dedicated-connection.ts';

/** A bound on something that lives in processes (a client's sockets), held across all of them. */
export interface SessionSeats {
  /** A seat, given back by calling it; null when all of this name are taken, here and elsewhere. */
  take(name: string): Promise<(() => void) | null>;
  /** Takes the held seats anew in a new session: call it when the connection is back. */
  restore(): void;
}

/** Two-part advisory locks of ours: the name's hash, and the seat's number. */
const TAKE = `select seat from generate_series(0, $2::int - 1) seat
  where seat <> all ($3::int[]) and pg_try_advisory_lock(hashtext('almanac.seat ' || $1), seat) limit 1`;
const LEAVE = `select pg_advisory_unlock(hashtext('almanac.seat ' || $1), $2::int)`;
const RETAKE = `select pg_try_advisory_lock(hashtext('almanac.seat ' || $1), $2::int)`;

/**
 * Seats are locks of the session: a process that dies gives its own back, and nothing needs tidying. While the
 * connection is away each process counts its own only.
 */
export function createSessionSeats(
  connection: Pick<DedicatedConnection, 'query' | 'connected'>,
  seats: number,
): SessionSeats {
  const held = new Map<string, Set<number>>();
  // One after another: a session may take its own lock twice, so what is held here must be known before the next.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };

  async function freeSeat(name: string, taken: readonly number[]): Promise<number | null> {
    try {
      if (connection.connected()) {
        return (await connection.query<{ seat: number }>(TAKE, [name, seats, taken]))[0]?.seat ?? null;
      }
    } catch {
      // Broken just now: count as while it is away.
    }
    return Array.from({ length: seats }, (_, seat) => seat).find((seat) => !taken.includes(seat)) ?? null;
  }

  function leave(name: string, seat: number): void {
    const mine = held.get(name);
    if (mine?.delete(seat) !== true) return;
    if (mine.size === 0) held.delete(name);
    void inTurn(() => connection.query(LEAVE, [name, seat]).catch(() => undefined));
  }

  return {
    take: (name) =>
      inTurn(async () => {
        const mine = held.get(name) ?? new Set<number>();
        const seat = await freeSeat(name, [...mine]);
        if (seat === null) return null;
        held.set(name, mine.add(seat));
        return () => leave(name, seat);
      }),
    restore() {
      for (const [name, mine] of held) {
        for (const seat of mine) void inTurn(() => connection.query(RETAKE, [name, seat]).catch(() => undefined));
      }
    },
  };
}
