import { splitProduct } from '../routines/dot/split-product.ts';
import type { Splitting } from '../target.ts';
import { splitArgReduction, splitReduction } from './split-reduction.ts';
import { splitCumSum } from './split-scan.ts';

/**
 * Splits operators with too few results for a machine into parts that run in parallel: `PlanTarget.splitting` of GPUs.
 *
 * @example
 * ```ts
 * import { cpuTarget } from '@manabi/backend-cpu';
 * const target: PlanTarget = { ...cpuTarget, parallelTasks: 1000, leastTerms: 256, splitting: splitInParts };
 * ```
 */
export const splitInParts: Splitting = {
  reduction: splitReduction,
  argReduction: splitArgReduction,
  cumSum: splitCumSum,
  product: splitProduct,
};
