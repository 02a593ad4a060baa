import * as core from '@manabi/core';
import { div, logicalOr, mul, type Tensor, where } from '@manabi/core';
import type { CallContext } from '../../call/context.ts';
import type { LayerOptions } from '../../layer/layer.ts';
import { readLayerOptions } from '../../layer/layer-kinds.ts';
import { alignedRanks, Merge, masksOver, mergeFactory } from './merge.ts';

type Options = LayerOptions;

/** The sum of its inputs: see `add`. */
export class Add extends Merge {
  static override readonly className: string = 'Add';

  constructor(options: Options = {}) {
    super(options, readLayerOptions(new.target, options, {}));
  }

  override call(inputs: readonly Tensor[]): Tensor {
    return alignedRanks(inputs).reduce((sum, x) => core.add(sum, x));
  }
}

/**
 * The sum of several tensors, elementwise; they broadcast.
 *
 * @example `layers.add([x, y])`, or as a layer `layers.add().apply([x, y])`
 */
export const add = mergeFactory((options?: Options) => new Add(options));

/** The difference of its inputs: see `subtract`. */
export class Subtract extends Merge {
  static override readonly className: string = 'Subtract';
  protected override readonly inputCount = 2;

  constructor(options: Options = {}) {
    super(options, readLayerOptions(new.target, options, {}));
  }

  override call(inputs: readonly Tensor[]): Tensor {
    const [x, y] = alignedRanks(inputs);
    return core.sub(x, y);
  }
}

/** The first of two tensors less the second, elementwise. */
export const subtract = mergeFactory((options?: Options) => new Subtract(options));

/** The product of its inputs: see `multiply`. */
export class Multiply extends Merge {
  static override readonly className: string = 'Multiply';

  constructor(options: Options = {}) {
    super(options, readLayerOptions(new.target, options, {}));
  }

  override call(inputs: readonly Tensor[], context: CallContext): Tensor {
    const masks = masksOver(inputs, context);
    const counted = inputs.map((x, i) => {
      const mask = masks[i];
      return mask === null ? x : where(mask, x, 1);
    });
    const product = alignedRanks(counted).reduce((result, x) => mul(result, x));
    const [first, ...others] = alignedRanks(masks.filter((mask) => mask !== null));
    if (others.length + 1 < inputs.length || first === undefined) return product;
    return where(
      others.reduce((any, mask) => logicalOr(any, mask), first),
      product,
      0,
    );
  }
}

/** The product of several tensors, elementwise; what a mask leaves out counts as 1, and as 0 where all leave it out. */
export const multiply = mergeFactory((options?: Options) => new Multiply(options));

/** The mean of its inputs: see `average`. */
export class Average extends Merge {
  static override readonly className: string = 'Average';

  constructor(options: Options = {}) {
    super(options, readLayerOptions(new.target, options, {}));
  }

  override call(inputs: readonly Tensor[]): Tensor {
    const sum = alignedRanks(inputs).reduce((total, x) => core.add(total, x));
    return div(sum, inputs.length);
  }
}

/** The mean of several tensors, elementwise. */
export const average = mergeFactory((options?: Options) => new Average(options));

/** Of each two elements that count, one; of two of which one counts, that. */
function chosen(inputs: readonly Tensor[], context: CallContext, choose: (x: Tensor, y: Tensor) => Tensor): Tensor {
  const aligned = alignedRanks(inputs);
  const masks = masksOver(aligned, context);
  let output = aligned[0];
  let outputMask = masks[0];
  for (let i = 1; i < aligned.length; i++) {
    const mask = masks[i];
    const x = mask === null ? aligned[i] : where(mask, aligned[i], output);
    const before = outputMask === null ? output : where(outputMask, output, x);
    outputMask = mask !== null && outputMask !== null ? logicalOr(outputMask, mask) : null;
    output = choose(before, x);
  }
  return output;
}

/** The largest of its inputs: see `maximum`. */
export class Maximum extends Merge {
  static override readonly className: string = 'Maximum';

  constructor(options: Options = {}) {
    super(options, readLayerOptions(new.target, options, {}));
  }

  override call(inputs: readonly Tensor[], context: CallContext): Tensor {
    return chosen(inputs, context, core.maximum);
  }
}

/** The largest of several tensors, elementwise. */
export const maximum = mergeFactory((options?: Options) => new Maximum(options));

/** The smallest of its inputs: see `minimum`. */
export class Minimum extends Merge {
  static override readonly className: string = 'Minimum';

  constructor(options: Options = {}) {
    super(options, readLayerOptions(new.target, options, {}));
  }

  override call(inputs: readonly Tensor[], context: CallContext): Tensor {
    return chosen(inputs, context, core.minimum);
  }
}

/** The smallest of several tensors, elementwise. */
export const minimum = mergeFactory((options?: Options) => new Minimum(options));
