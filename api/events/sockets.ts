import { upgradeWebSocket } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';
import type { WebSocket } from 'ws';
import { invalid } from '../../domain/errors.ts';
import type { Caller } from '../http/caller.ts';
import type { FaceEnv } from '../http/face.ts';
import { bearerOf } from '../http/identify.ts';
import { peerAddress } from '../http/peer.ts';
import type { DomainEvent } from './domain-event.ts';
import type { Place } from './event-hub.ts';
import type { SocketDefinition } from './socket-definition.ts';
import { SocketSession, type Arrival, type SessionDeps, type Worded } from './socket-session.ts';

/** All WebSockets of a process. */
export interface Sockets {
  /** The handler of one face's socket path, for both of its mounts. */
  at(definition: SocketDefinition): MiddlewareHandler<FaceEnv>;
  /** Says 1001 to everyone, and cuts off who has not gone after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

const BEAT_EVERY_MS = 30_000;
/** Sockets of one address that have not shown a token yet: they live 5 s, so a client of good faith has few. */
const MOST_WAITING_OF_PEER = 20;

export function createSockets(deps: SessionDeps & { beatEveryMs?: number | undefined }): Sockets {
  const sessions = new Map<SocketSession, SocketDefinition>();
  let unsubscribe: (() => void) | null = null;
  let closing = false;
  const beats = setInterval(() => sessions.forEach((_, session) => session.beat()), deps.beatEveryMs ?? BEAT_EVERY_MS);
  beats.unref();

  /** Worded once a face, however many listen. */
  function tell(event: DomainEvent, { id, ...place }: Place): void {
    const told = new Map<SocketDefinition, { json: string; subject: Worded['subject'] } | null>();
    for (const [session, definition] of sessions) {
      if (!session.ready) continue;
      let one = told.get(definition);
      if (one === undefined) {
        const worded = wordedAs(definition, event);
        const json = worded === null ? '' : JSON.stringify({ ...worded.words, ...(id === null ? {} : { id }) });
        one = worded === null ? null : { json, subject: worded.subject };
        told.set(definition, one);
      }
      if (one !== null) session.offer(one.json, one.subject, { ...place, id });
    }
  }

  const waitingOf = new Map<string, number>();
  const countWaiting = (peer: string, by: number): number => {
    const count = (waitingOf.get(peer) ?? 0) + by;
    if (count > 0) waitingOf.set(peer, count);
    else waitingOf.delete(peer);
    return count;
  };

  function open(socket: WebSocket, definition: SocketDefinition, arrival: Arrival): void {
    if (closing) return socket.close(1001, 'the service is stopping');
    const { peer } = arrival;
    let isWaiting = true;
    const tooMany = countWaiting(peer, 1) > MOST_WAITING_OF_PEER;
    const settle = () => {
      if (isWaiting) countWaiting(peer, -1);
      isWaiting = false;
    };
    const onReady = () => {
      settle();
      unsubscribe ??= deps.hub.subscribe(tell);
    };
    const word = (event: DomainEvent) => wordedAs(definition, event);
    const session = new SocketSession(socket, { arrival, word, onReady, deps });
    sessions.set(session, definition);
    socket.on('close', () => {
      settle();
      sessions.delete(session);
      if (sessions.size > 0) return;
      unsubscribe?.();
      unsubscribe = null;
    });
    if (tooMany) session.close(1008, 'too many sockets without a token');
  }

  return {
    at(definition) {
      return async (c) => {
        if (c.req.header('upgrade')?.toLowerCase() !== 'websocket') {
          throw invalid('INVALID_INPUT', [
            { path: 'Upgrade', message: 'this is a WebSocket: connect with ws:// or wss://' },
          ]);
        }
        const peer = peerAddress(c.env);
        const token = bearerOf(c.req.header('authorization'));
        const known = token === null ? null : { token, caller: await callerOf(token, peer) };
        // node-server's own type of a socket is a part of ws's, which is what the server was given.
        const lastEventId = c.req.query('last_event_id') ?? c.req.header('last-event-id') ?? null;
        const arrival = { peer, known, lastEventId };
        const onOpen = (_event: Event, { raw }: { raw?: unknown }) => open(raw as WebSocket, definition, arrival);
        return upgradeWebSocket(c, { onOpen });
      };
    },
    async close(graceMs) {
      closing = true;
      clearInterval(beats);
      const all = [...sessions.keys()];
      for (const session of all) session.close(1001, 'the service is stopping');
      const until = performance.now() + graceMs;
      while (sessions.size > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
      for (const session of sessions.keys()) session.terminate();
    },
  };

  async function callerOf(token: string, peer: string): Promise<Caller> {
    try {
      return await deps.authenticate(token);
    } catch (error) {
      await deps.countFailure(peer);
      throw error;
    }
  }
}

function wordedAs(definition: SocketDefinition, event: DomainEvent): Worded | null {
  const words = definition.translate(event);
  if (words === null) return null;
  return { words, subject: { job: definition.jobIdOf(event.jobNumber), tags: event.tags } };
}
