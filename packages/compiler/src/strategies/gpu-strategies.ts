import { assembleInParallel } from './assemble.ts';
import { bindingLimit } from './binding-limit.ts';
import { checkSizes } from './check-sizes.ts';
import { cutByReads } from './cut-by-reads.ts';
import { setApart } from './set-apart.ts';
import { splitProduct } from './split-product.ts';
import { splitArgReduction, splitReduction } from './split-reduction.ts';
import { splitCumSum } from './split-scan.ts';
import type { Strategies } from './strategies.ts';

/**
 * The strategies for GPUs and similar targets, for the option `strategies` of `compilePlan`.
 *
 * @example
 * ```ts
 * import { cpuTarget } from '@manabi/backend-cpu';
 * import { graphBuilder } from '@manabi/ir';
 * import { compilePlan, gpuStrategies } from '@manabi/compiler';
 *
 * const b = graphBuilder();
 * const sum = b.reduceSum(b.input({ dtype: 'float32', shape: [4096] }), [0]);
 * const target = { ...cpuTarget, parallelTasks: 16 };
 * const plan = compilePlan(b.finish([sum]), { target, strategies: gpuStrategies });
 * console.log(plan.steps.length); // 2
 * ```
 */
export const gpuStrategies: Strategies = {
  splitting: { reduction: splitReduction, argReduction: splitArgReduction, cumSum: splitCumSum, product: splitProduct },
  assemble: assembleInParallel,
  cutByReads,
  bindingLimit,
  setApart,
  checkSizes,
};
