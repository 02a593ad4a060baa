import type { PlanTarget } from '@manabi/compiler';
import { randomSource } from '@manabi/testing';
import { strictTarget } from './strict-target.ts';

/**
 * Returns a target (limits and costs of a machine) with random values, even combinations that no machine has. Plans for
 * every target must compute the same results.
 */
export function randomTarget(seed: number): PlanTarget {
  const random = randomSource(seed);
  const pick = <T>(...choices: readonly T[]): T => choices[random.integer(0, choices.length)];
  return {
    ...strictTarget,
    name: `target ${seed}`,
    packedInputs: pick([], ['uint8']),
    mostBindings: pick(5, 6, 8, 10, null),
    bindingAlignment: pick(1, 16, 256),
    memory: pick('arena', 'buffers'),
    valueAlignment: 256,
    nestsInOrder: pick(true, false),
    decisions: pick('host', 'device'),
    parallelTasks: pick(1, 4, 16, 1000),
    leastTerms: pick(1, 2, 10),
    reductionLanes: pick(1, 4),
    routines: pick([], ['dot'], ['topK'], ['dot', 'topK'], ['dot', 'depthwise', 'winograd', 'topK']),
    costs: {
      ...strictTarget.costs,
      kept: pick(0, 3, 50),
      longestExpression: pick(10, 160),
      mostValues: pick(6, 28),
      branch: pick(0, 1000),
      mostComparisons: pick(0, 100, 1e9),
    },
  };
}
