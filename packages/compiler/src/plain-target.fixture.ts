import { type ScalarOp, scalarOps } from '@manabi/ir';
import type { PlanTarget } from './target.ts';

const scalar = Object.fromEntries(Object.keys(scalarOps).map((op) => [op, 1]));

/** A target without limits. Tests override single properties of it. */
export const plainTarget: PlanTarget = {
  name: 'plain',
  bytesOf: { float32: 4, float64: 8, float16: 2, int32: 4, uint32: 4, uint8: 1, bool: 1 },
  packedInputs: [],
  mostBindings: null,
  largestBuffer: null,
  bindingAlignment: 1,
  memory: 'arena',
  valueAlignment: 16,
  nestsInOrder: true,
  decisions: 'host',
  parallelTasks: 1,
  leastTerms: 1,
  reductionLanes: 1,
  routines: ['dot', 'topK'],
  costs: {
    // Object.fromEntries returns string keys in its type; the table has an entry for every scalar instruction.
    scalar: scalar as { readonly [K in ScalarOp]: number },
    kept: 3,
    longestExpression: 100,
    mostValues: 28,
    branch: 0,
    mostComparisons: 0,
  },
};

/** A target with the limits of a small GPU. */
export const narrowTarget: PlanTarget = {
  ...plainTarget,
  name: 'narrow',
  bytesOf: { float32: 4, float64: null, float16: 2, int32: 4, uint32: 4, uint8: 4, bool: 4 },
  packedInputs: ['uint8'],
  mostBindings: 6,
  largestBuffer: 2 ** 20,
  bindingAlignment: 256,
  memory: 'buffers',
  valueAlignment: 4,
  nestsInOrder: false,
  decisions: 'device',
  parallelTasks: 8,
  leastTerms: 4,
  reductionLanes: 1,
  costs: { ...plainTarget.costs, branch: 100, mostComparisons: 1000 },
};
