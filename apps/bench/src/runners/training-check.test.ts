import { describe, expect, test } from '@jest/globals';
import { BeyondLibrary } from './library.ts';
import { checkedLoss } from './training-check.ts';

/** Calls a function while `performance.now` returns a clock that steps advance, in seconds. */
async function withClock(durations: readonly number[], check: (step: () => Promise<void>) => Promise<void>) {
  const { now } = performance;
  let time = 0;
  let steps = 0;
  performance.now = () => time;
  try {
    await check(async () => {
      time += (durations[steps++] ?? 0) * 1000;
    });
  } finally {
    performance.now = now;
  }
}

describe('checkedLoss', () => {
  test('returns the loss of the tenth step', async () => {
    let steps = 0;
    const step = async () => void steps++;
    expect(await checkedLoss(step, () => steps)).toBe(10);
  });

  test('accepts a slow first step, which compiles', async () => {
    await withClock([60], async (step) => {
      expect(await checkedLoss(step, () => 2)).toBe(2);
    });
  });

  test('rejects a slow second step', async () => {
    await withClock([0, 11], async (step) => {
      await expect(checkedLoss(step, () => 2)).rejects.toThrow(BeyondLibrary);
    });
  });
});
