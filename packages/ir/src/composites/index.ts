import type { GraphBuilder } from '../graph/builder.ts';
import type { Attributes, Value } from '../graph/graph.ts';
import type { TensorType } from '../types/shape.ts';
import { type ActivationConfigs, activation } from './activation.ts';
import { type ArithmeticConfigs, arithmetic } from './arithmetic.ts';
import { callComposite, traceComposite } from './call.ts';
import type { Composite } from './composite.ts';
import { type ErrorFunctionConfigs, errorFunction } from './error-function.ts';
import { type LossConfigs, loss } from './loss.ts';
import { type NormalizationConfigs, normalization } from './normalization.ts';
import { type PoolingConfigs, pooling } from './pooling.ts';
import { type RandomConfigs, random } from './random.ts';
import { type RecurrentConfigs, recurrent } from './recurrent.ts';
import { type ReductionConfigs, reduction } from './reduction.ts';
import { type ResampleConfigs, resample } from './resample.ts';
import { type SelectionConfigs, selection } from './selection.ts';
import { type SoftmaxConfigs, softmax } from './softmax.ts';
import { type TrigonometryConfigs, trigonometry } from './trigonometry.ts';

/** Type of the configuration of each composite. */
export interface CompositeConfigs
  extends ActivationConfigs,
    ArithmeticConfigs,
    ErrorFunctionConfigs,
    LossConfigs,
    NormalizationConfigs,
    PoolingConfigs,
    RandomConfigs,
    RecurrentConfigs,
    ReductionConfigs,
    ResampleConfigs,
    SelectionConfigs,
    SoftmaxConfigs,
    TrigonometryConfigs {}

/** Name of a composite. */
export type CompositeName = keyof CompositeConfigs;

/**
 * Every composite by name: its body, and its gradient if that is faster or more accurate than differentiating the body.
 */
export const composites: { readonly [K in CompositeName]: Composite<CompositeConfigs[K]> } = {
  ...activation,
  ...arithmetic,
  ...errorFunction,
  ...loss,
  ...normalization,
  ...pooling,
  ...random,
  ...recurrent,
  ...reduction,
  ...resample,
  ...selection,
  ...softmax,
  ...trigonometry,
};

/**
 * Adds a call of a composite to a graph and returns its results.
 *
 * @example
 * ```ts
 * const b = graphBuilder();
 * const logits = b.input({ dtype: 'float32', shape: [2, 3] });
 * const [probabilities] = applyComposite(b, 'softmax', [logits], { axis: 1 });
 * b.shape(probabilities); // => [2, 3]
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

/**
 * Returns the attributes of the `call` node that `applyComposite` adds for operands of the given types.
 *
 * @example
 * ```ts
 * const call = compositeCall('softmax', [{ dtype: 'float32', shape: [2, 3] }], { axis: 1 });
 * outputTypes(call.body); // => [{ dtype: 'float32', shape: [2, 3] }]
 * ```
 */
export function compositeCall<K extends CompositeName>(
  name: K,
  operands: readonly TensorType[],
  config: CompositeConfigs[K],
): Attributes['call'] {
  return traceComposite(name, composites[name], operands, config);
}
