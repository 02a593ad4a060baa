import { cpuTarget } from '@manabi/backend-cpu';
import type { PlanTarget } from '@manabi/compiler';

/**
 * Target with the limits of a small GPU, to test plans without a GPU backend. Its values of `parallelTasks` and
 * `leastTerms` are so small that even the sums of small samples are computed in several parts.
 */
export const strictTarget: PlanTarget = {
  name: 'strict',
  bytesOf: { float32: 4, float64: null, float16: 2, int32: 4, uint32: 4, uint8: 4, bool: 4 },
  packedInputs: ['uint8'],
  mostBindings: 8,
  largestBuffer: 128 * 2 ** 20,
  bindingAlignment: 256,
  memory: 'buffers',
  valueAlignment: 4,
  nestsInOrder: false,
  decisions: 'device',
  parallelTasks: 16,
  leastTerms: 2,
  reductionLanes: 1,
  routines: ['dot', 'topK', 'attention', 'attentionQueryGradient', 'attentionKeyGradient'],
  widensOperands: true,
  costs: { ...cpuTarget.costs, branch: 1000, mostComparisons: 1e9 },
};
