import { describe, expect, test } from 'vitest';
import { Stop } from '../../activities/stop.ts';

const reason = new Error('enough');

describe('A stop', () => {
  test('tells its reason to who listens, once, and not to who left', () => {
    const stop = new Stop();
    const heard: string[] = [];
    const left = () => heard.push('left');
    stop.addEventListener('abort', () => heard.push('first'));
    stop.addEventListener('abort', left);
    stop.addEventListener('abort', () => heard.push('second'));
    stop.removeEventListener('abort', left);
    expect([stop.aborted, stop.reason]).toEqual([false, undefined]);
    stop.throwIfAborted();
    stop.abort(reason);
    stop.abort(new Error('too late'));
    expect(heard).toEqual(['first', 'second']);
    expect([stop.aborted, stop.reason]).toEqual([true, reason]);
    expect(() => stop.throwIfAborted()).toThrow(reason);
  });

  test.each(['before', 'after'])('has a signal that says the same, made %s it was aborted', (when) => {
    const stop = new Stop();
    const early = when === 'before' ? stop.signal : null;
    stop.abort(reason);
    const signal = early ?? stop.signal;
    expect(stop.signal).toBe(signal);
    expect([signal.aborted, signal.reason]).toEqual([true, reason]);
  });

  test('that was aborted already takes no listener, as an AbortSignal would not call it', () => {
    const stop = new Stop();
    stop.abort(reason);
    stop.addEventListener('abort', () => expect.unreachable());
    stop.abort(reason);
  });
});
