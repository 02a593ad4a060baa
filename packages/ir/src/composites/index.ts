import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { type AttentionConfigs, attention } from './attention.ts';
import { callComposite } from './call.ts';
import { type CommonConfigs, commonComposites } from './call-by-name.ts';
import type { Composite } from './composite.ts';
import { type IntegerProductConfigs, integerProduct } from './integer-product.ts';

/** Type of the configuration of each composite. */
export interface CompositeConfigs extends CommonConfigs, AttentionConfigs, IntegerProductConfigs {}

/** Name of a composite. */
export type CompositeName = keyof CompositeConfigs;

/**
 * Every composite by name: its body, and its gradient if that is faster or more accurate than differentiating the body.
 * Programs that call composites download only `commonComposites`, and the modules of the others that they call.
 */
export const composites: { readonly [K in CompositeName]: Composite<CompositeConfigs[K]> } = {
  ...commonComposites,
  ...attention,
  ...integerProduct,
};

/**
 * Adds a call of a composite to a graph and returns its results.
 *
 * @example
 * ```ts
 * import { applyComposite, graphBuilder } from '@manabi/ir';
 *
 * const b = graphBuilder();
 * const logits = b.input({ dtype: 'float32', shape: [2, 3] });
 * const [probabilities] = applyComposite(b, 'softmax', [logits], { axis: 1 });
 * console.log(b.shape(probabilities)); // [2, 3]
 * ```
 */
export function applyComposite<K extends CompositeName>(
  builder: GraphBuilder,
  name: K,
  operands: readonly Value[],
  config: CompositeConfigs[K],
): readonly Value[] {
  return callComposite(builder, name, composites[name], operands, config);
}
