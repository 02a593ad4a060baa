import type { GraphBuilder } from '../builder.ts';
import type { Value } from '../graph.ts';
import type { Attributes } from '../operators/attributes.ts';
import type { TensorType } from '../shape.ts';
import { type ActivationConfigs, activation } from './activation.ts';
import { callComposite, traceComposite } from './call.ts';
import type { Composite } from './composite.ts';
import { type SoftmaxConfigs, softmax } from './softmax.ts';

/** The configuration of every composite. */
export interface CompositeConfigs extends ActivationConfigs, SoftmaxConfigs {}

/** Name of a composite. */
export type CompositeName = keyof CompositeConfigs;

/** Every composite: its body, and its gradient where that is better than the body's. */
export const composites: { readonly [K in CompositeName]: Composite<CompositeConfigs[K]> } = {
  ...activation,
  ...softmax,
};

/**
 * Adds a call of a composite to a graph; returns its results.
 *
 * @example `const [probabilities] = applyComposite(b, 'softmax', [logits], { axis: 1 });`
 */
export function applyComposite<K extends CompositeName>(
  builder: GraphBuilder,
  name: K,
  operands: readonly Value[],
  config: CompositeConfigs[K],
): readonly Value[] {
  return callComposite(builder, name, composites[name], operands, config);
}

/** The attributes of the call that `applyComposite` adds, for whoever has types and no builder. */
export function compositeCall<K extends CompositeName>(
  name: K,
  operands: readonly TensorType[],
  config: CompositeConfigs[K],
): Attributes['call'] {
  return traceComposite(name, composites[name], operands, config);
}
