import { reshape, type Tensor } from '@manabi/core';
import type { CallContext } from '../../call/context.ts';
import { isList, type PartialShape, type Tensors } from '../../structure/nested.ts';
import { Wrapper, type WrapperConfig, type WrapperOptions } from '../core/wrapper.ts';

/** Layer created by `timeDistributed`. */
export class TimeDistributed extends Wrapper<WrapperConfig> {
  static override readonly className: string = 'TimeDistributed';
  override supportsMasking = true;

  constructor(options: WrapperOptions) {
    super(options);
    this.inputSpec = { minRank: 3 };
  }

  override build(inputShape: PartialShape): void {
    super.build([null, ...inputShape.slice(2)]);
  }

  override call(x: Tensor, context: CallContext): Tensors {
    const [batch, steps] = x.shape;
    const { mask } = context;
    // Only a mask with more axes than [batch, steps] is passed to the wrapped layer.
    const stepMask = mask !== null && mask.rank > 2 ? mergeSteps(mask) : null;
    const outputs = this.layer.forward(mergeSteps(x), context.with({ mask: stepMask }));
    const separated = (y: Tensor): Tensor => reshape(y, [batch, steps, ...y.shape.slice(1)]);
    return isList(outputs) ? outputs.map(separated) : separated(outputs);
  }
}

/** Reshapes [batch, steps, ...] to [batch · steps, ...]. */
function mergeSteps(x: Tensor): Tensor {
  const [batch, steps, ...rest] = x.shape;
  return reshape(x, [batch * steps, ...rest]);
}

/**
 * Creates a layer that applies another layer at each step: `y[:, t] = layer(x[:, t])`. The axes of batch and steps are
 * merged for the layer, so a wrapped batch normalization computes its statistics over all steps, and a wrapped dropout
 * draws a new mask for each step.
 *
 * @throws ManabiError `argument` if `layer` is not a layer; `apply` throws `shape` for inputs of rank 0 to 2
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.timeDistributed({ layer: layers.dense({ units: 2 }) });
 * console.log(layer.apply(ones([1, 5, 3])).shape); // [1, 5, 2]
 * ```
 */
export function timeDistributed(options: WrapperOptions): TimeDistributed {
  return new TimeDistributed(options);
}
