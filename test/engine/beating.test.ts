import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from 'vitest';
import { beating } from '../../activities/beating.ts';
import { until } from '../support/until.ts';

/** Begins work that ends when it is told to; `at` is the time on its clock. */
function begin() {
  let at = 0;
  let beats = 0;
  let moves = () => {};
  let end = () => {};
  const activity = beating({ monotonicMs: () => at }, (_: null, moved) => {
    moves = moved;
    return new Promise<string>((resolve) => (end = () => resolve('done')));
  });
  const environment = new MockActivityEnvironment();
  environment.on('heartbeat', () => (beats += 1));
  const done = environment.run(activity, null);
  const beatsMore = async () => {
    const before = beats;
    await until('it beats', () => beats > before);
  };
  return {
    done,
    beatsMore,
    beats: () => beats,
    pass: (ms: number) => (at += ms),
    moves: () => moves(),
    end: () => end(),
  };
}

const twoBeats = () => new Promise((resolve) => setTimeout(resolve, 2500));

test('an activity beats while it works, and no longer when it has ended', async () => {
  const work = begin();
  await work.beatsMore();
  await work.beatsMore();
  work.end();
  expect(await work.done).toBe('done');
  const before = work.beats();
  await twoBeats();
  expect(work.beats()).toBe(before);
});

test('one that has not moved for a minute beats no more, until it moves', async () => {
  const work = begin();
  await work.beatsMore();
  work.pass(60_000);
  const before = work.beats();
  await twoBeats();
  expect(work.beats()).toBe(before);
  work.moves();
  await work.beatsMore();
  work.end();
  await work.done;
});
