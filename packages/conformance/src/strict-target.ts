import { cpuTarget } from '@manabi/backend-cpu';
import type { PlanTarget } from '@manabi/compiler';

/**
 * Target with the limits of a small GPU, to test plans independently of a GPU backend. With these values
 * of `parallelTasks` and `leastTerms`, even small samples are divided into parts.
 */
export const strictTarget: PlanTarget = {
  name: 'strict',
  bytesOf: { float32: 4, float64: null, int32: 4, uint32: 4, uint8: 4, bool: 4 },
  packedInputs: ['uint8'],
  mostBindings: 8,
  largestBinding: 128 * 2 ** 20,
  bindingAlignment: 256,
  memory: 'buffers',
  valueAlignment: 4,
  nestsInOrder: false,
  decisions: 'device',
  parallelTasks: 16,
  leastTerms: 2,
  routines: ['dot', 'topK'],
  costs: { ...cpuTarget.costs, branch: 1000, mostComparisons: 1e9 },
};
