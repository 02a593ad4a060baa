import { any, broadcastTo, concatenate as concatenateOf, expandDims, onesLike, type Tensor } from '@manabi/core';
import { checkAreGiven } from '../check-options.ts';
import type { LayerOptions } from '../layer.ts';
import { Merge, mergeFactory } from './merge.ts';

/** What `concatenate` takes. */
export interface ConcatenateOptions extends LayerOptions {
  /** The axis along which they are joined; by default the last. */
  readonly axis?: number;
}

/** Its inputs one after the other: see `concatenate`. */
export class Concatenate extends Merge<{ readonly axis: number }> {
  static override readonly className: string = 'Concatenate';

  constructor(options: ConcatenateOptions = {}) {
    checkAreGiven(new.target.className, options);
    super(options, { axis: options.axis ?? -1 });
  }

  override call(inputs: readonly Tensor[]): Tensor {
    return concatenateOf(inputs, this.config.axis);
  }

  /** The masks joined as the inputs are; a step counts if any of its features does. Inputs without a mask count. */
  override computeMask(inputs: readonly Tensor[], masks: readonly (Tensor | null)[]): Tensor | null {
    if (masks.every((mask) => mask === null)) return null;
    const wide = inputs.map((x, i) => {
      const mask = masks[i] ?? null;
      if (mask === null) return onesLike(x, { dtype: 'bool' });
      return broadcastTo(mask.rank < x.rank ? expandDims(mask, -1) : mask, x.shape);
    });
    return any(concatenateOf(wide, this.config.axis), -1);
  }
}

/**
 * Several tensors one after the other along an axis; their other lengths are equal.
 *
 * @throws ManabiError `shape`, when applied, if they are not
 * @example `layers.concatenate([x, y])`, or as a layer `layers.concatenate({ axis: 1 }).apply([x, y])`
 */
export const concatenate = mergeFactory((options?: ConcatenateOptions) => new Concatenate(options));
