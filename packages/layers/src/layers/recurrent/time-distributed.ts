import { reshape, type Tensor } from '@manabi/core';
import type { CallContext } from '../../call/context.ts';
import { isList, type PartialShape, type Tensors } from '../../structure/nested.ts';
import { Wrapper, type WrapperConfig, type WrapperOptions } from '../core/wrapper.ts';

/** A layer at each step: see `timeDistributed`. */
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
    // A mask of whole steps goes on behind the layer; one of more axes is also for the layer.
    const within = mask !== null && mask.rank > 2 ? joined(mask) : null;
    const outputs = this.layer.forward(joined(x), context.with({ mask: within }));
    const apart = (y: Tensor): Tensor => reshape(y, [batch, steps, ...y.shape.slice(1)]);
    return isList(outputs) ? outputs.map(apart) : apart(outputs);
  }
}

/** All steps of all samples as samples. */
function joined(x: Tensor): Tensor {
  const [batch, steps, ...rest] = x.shape;
  return reshape(x, [batch * steps, ...rest]);
}

/**
 * The same layer at each step: `[batch, steps, …]` as `[batch * steps, …]` through the layer, and apart again. So batch
 * normalization within takes its statistics over all steps, and dropout draws for each.
 *
 * @throws ManabiError `argument` unless there is a layer; `shape`, when applied, for inputs of fewer than three axes
 * @example `layers.timeDistributed({ layer: layers.dense({ units: 8 }) })`
 */
export function timeDistributed(options: WrapperOptions): TimeDistributed {
  return new TimeDistributed(options);
}
