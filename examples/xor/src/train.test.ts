import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import { trainXor } from './train.ts';

describe('trainXor', () => {
  test.each([1, 2, 3])(
    'computes the same gradients by hand and by grad, and learns the truth table (seed %d)',
    async (seed) => {
      const { gradientDifferences, losses, probabilities } = await trainXor({ seed });
      for (const difference of gradientDifferences) expect(difference).toBeLessThan(1e-6);
      expect(probabilities.map((probability) => probability > 0.5)).toEqual([false, true, true, false]);
      expect(losses[losses.length - 1]).toBeLessThan(0.02);
    },
  );
});
