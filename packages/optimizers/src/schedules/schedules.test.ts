import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import { jit, scalar, type Tensor } from '@manabi/core';
import { cosineDecay, cosineDecayRestarts, exponentialDecay, type Schedule } from '../index.ts';

// goldens.test.ts compares the values of schedules with those of Keras.

const rateAt = (schedule: Schedule, step: number): Promise<number> => schedule(scalar(step, { dtype: 'int32' })).item();

describe('Schedule', () => {
  test('a schedule maps an int32 scalar to a float32 scalar', () => {
    const rate = exponentialDecay({ initialLearningRate: 1, decaySteps: 2, decayRate: 0.5 })(
      scalar(3, { dtype: 'int32' }),
    );
    expect([rate.dtype, rate.shape]).toEqual(['float32', []]);
  });

  test('a schedule is traced once for all steps under jit', async () => {
    let traced = 0;
    const schedule = cosineDecay({ initialLearningRate: 1, decaySteps: 2 });
    const rate = jit((step: Tensor) => {
      traced++;
      return schedule(step);
    });
    const rates: number[] = [];
    for (const step of [0, 1, 2]) rates.push(await (await rate(scalar(step, { dtype: 'int32' }))).item());
    expect(rates.map((value) => Math.round(value * 1e6) / 1e6)).toEqual([1, 0.5, 0]);
    expect(traced).toBe(1);
  });
});

describe('cosineDecayRestarts', () => {
  test.each([2, 3, 10])('restarts at the exact step when periods grow by a factor of %d', async (tMul) => {
    const schedule = cosineDecayRestarts({ initialLearningRate: 0.5, firstDecaySteps: 10, tMul });
    for (let start = 10, period = 10; start < 100_000; ) {
      expect(await rateAt(schedule, start)).toBeCloseTo(0.5, 6);
      expect(await rateAt(schedule, start - 1)).toBeLessThan(0.02);
      period *= tMul;
      start += period;
    }
  });
});

describe('cosineDecay', () => {
  test('supports a warm-up that starts at 0, and a warmupTarget with 0 warmupSteps', async () => {
    const warm = cosineDecay({ initialLearningRate: 0, warmupTarget: 1, warmupSteps: 4, decaySteps: 10 });
    expect([await rateAt(warm, 0), await rateAt(warm, 1), await rateAt(warm, 4)]).toEqual([0, 0.25, 1]);
    const cold = cosineDecay({ initialLearningRate: 0, warmupTarget: 1, decaySteps: 10 });
    expect(await rateAt(cold, 0)).toBe(1);
  });
});
