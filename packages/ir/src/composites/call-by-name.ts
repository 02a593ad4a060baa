import type { Attributes } from '../graph/graph.ts';
import type { TensorType } from '../types/shape.ts';
import { type ActivationConfigs, activation } from './activation.ts';
import { type ArithmeticConfigs, arithmetic } from './arithmetic.ts';
import { traceComposite } from './call.ts';
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

/** Type of the configuration of each composite that every program downloads. */
export interface CommonConfigs
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

/** The composites that every program downloads. */
export const commonComposites: { readonly [K in keyof CommonConfigs]: Composite<CommonConfigs[K]> } = {
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
 * Returns the attributes of the `call` node that `applyComposite` adds for operands of the given types. Attention has a function
 * of its own, `attentionCall` of the entry point `@manabi/ir/attention`.
 *
 * @example
 * ```ts
 * import { compositeCall, outputTypes } from '@manabi/ir';
 *
 * const call = compositeCall('softmax', [{ dtype: 'float32', shape: [2, 3] }], { axis: 1 });
 * console.log(outputTypes(call.body)); // [{ dtype: 'float32', shape: [2, 3] }]
 * ```
 */
export function compositeCall<K extends keyof CommonConfigs>(
  name: K,
  operands: readonly TensorType[],
  config: CommonConfigs[K],
): Attributes['call'] {
  return traceComposite(name, commonComposites[name], operands, config);
}
