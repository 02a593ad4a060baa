import * as core from '@manabi/core';
import { div, logicalOr, mul, type Tensor, where } from '@manabi/core';
import type { CallContext } from '../../call/context.ts';
import type { LayerOptions } from '../../layer/layer.ts';
import { readLayerOptions } from '../../layer/layer-kinds.ts';
import { alignedRanks, Merge, masksOver, mergeFactory } from './merge.ts';

type Options = LayerOptions;

/** Layer created by `add`. */
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
 * Adds tensors elementwise, or creates a layer that does: `y = x₁ + x₂ + …`. Inputs broadcast; an input of lower rank gets
 * axes of length 1 after the batch axis.
 *
 * @throws ManabiError `argument` for invalid options or a single tensor; `shape` if the shapes do not broadcast
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * console.log(await layers.add([tensor([[1, 2]]), tensor([[3, 5]])]).array()); // [[4, 7]]
 * console.log(await layers.add().apply([tensor([[1, 2]]), tensor([[3, 5]])]).array()); // [[4, 7]]
 * ```
 */
export const add = mergeFactory((options?: Options) => new Add(options));

/** Layer created by `subtract`. */
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

/**
 * Subtracts the second of two tensors from the first, or creates a layer that does: `y = x₁ - x₂`. Inputs broadcast as in
 * `add`.
 *
 * @throws ManabiError `argument` unless there are two inputs; `shape` if their shapes do not broadcast
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * console.log(await layers.subtract([tensor([[1, 2]]), tensor([[3, 5]])]).array()); // [[-2, -3]]
 * ```
 */
export const subtract = mergeFactory((options?: Options) => new Subtract(options));

/** Layer created by `multiply`. */
export class Multiply extends Merge {
  static override readonly className: string = 'Multiply';

  constructor(options: Options = {}) {
    super(options, readLayerOptions(new.target, options, {}));
  }

  override call(inputs: readonly Tensor[], context: CallContext): Tensor {
    const masks = masksOver(inputs, context);
    const unmasked = inputs.map((x, i) => {
      const mask = masks[i];
      return mask === null ? x : where(mask, x, 1);
    });
    const product = alignedRanks(unmasked).reduce((result, x) => mul(result, x));
    const [first, ...others] = alignedRanks(masks.filter((mask) => mask !== null));
    if (others.length + 1 < inputs.length || first === undefined) return product;
    return where(
      others.reduce((any, mask) => logicalOr(any, mask), first),
      product,
      0,
    );
  }
}

/**
 * Multiplies tensors elementwise, or creates a layer that does: `y = x₁ · x₂ · …`. Inputs broadcast as in `add`. Masked
 * elements are replaced by 1; where all inputs are masked, the result is 0.
 *
 * @throws ManabiError `argument` for invalid options or a single tensor; `shape` if the shapes do not broadcast
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * console.log(await layers.multiply([tensor([[1, 2]]), tensor([[3, 5]])]).array()); // [[3, 10]]
 * ```
 */
export const multiply = mergeFactory((options?: Options) => new Multiply(options));

/** Layer created by `average`. */
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

/**
 * Averages tensors elementwise, or creates a layer that does: `y = (x₁ + … + xₙ) / n`. Inputs broadcast as in `add`.
 *
 * @throws ManabiError `argument` for invalid options or a single tensor; `shape` if the shapes do not broadcast
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * console.log(await layers.average([tensor([[1, 2]]), tensor([[3, 5]])]).array()); // [[2, 3.5]]
 * ```
 */
export const average = mergeFactory((options?: Options) => new Average(options));

/**
 * Combines the first two inputs by `choose`, the result with the third input, and so on. Where only one of two elements
 * is masked, the other one is used.
 */
function chooseUnmasked(
  inputs: readonly Tensor[],
  context: CallContext,
  choose: (x: Tensor, y: Tensor) => Tensor,
): Tensor {
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

/** Layer created by `maximum`. */
export class Maximum extends Merge {
  static override readonly className: string = 'Maximum';

  constructor(options: Options = {}) {
    super(options, readLayerOptions(new.target, options, {}));
  }

  override call(inputs: readonly Tensor[], context: CallContext): Tensor {
    return chooseUnmasked(inputs, context, core.maximum);
  }
}

/**
 * Returns the elementwise maximum of tensors, or creates a layer that does: `y = max(x₁, x₂, …)`. Inputs broadcast as in
 * `add`. Masked elements are ignored where another input is unmasked.
 *
 * @throws ManabiError `argument` for invalid options or a single tensor; `shape` if the shapes do not broadcast
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * console.log(await layers.maximum([tensor([[1, 5]]), tensor([[3, 2]])]).array()); // [[3, 5]]
 * ```
 */
export const maximum = mergeFactory((options?: Options) => new Maximum(options));

/** Layer created by `minimum`. */
export class Minimum extends Merge {
  static override readonly className: string = 'Minimum';

  constructor(options: Options = {}) {
    super(options, readLayerOptions(new.target, options, {}));
  }

  override call(inputs: readonly Tensor[], context: CallContext): Tensor {
    return chooseUnmasked(inputs, context, core.minimum);
  }
}

/**
 * Returns the elementwise minimum of tensors, or creates a layer that does: `y = min(x₁, x₂, …)`. Inputs broadcast as in
 * `add`. Masked elements are ignored where another input is unmasked.
 *
 * @throws ManabiError `argument` for invalid options or a single tensor; `shape` if the shapes do not broadcast
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * console.log(await layers.minimum([tensor([[1, 5]]), tensor([[3, 2]])]).array()); // [[1, 2]]
 * ```
 */
export const minimum = mergeFactory((options?: Options) => new Minimum(options));
