import { any, broadcastTo, concatenate as concatenateOf, expandDims, onesLike, type Tensor } from '@manabi/core';
import { type OptionValues, optional } from '@manabi/errors';
import type { LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { axisKind } from '../../structure/option-kinds.ts';
import { Merge, mergeFactory } from './merge.ts';

/** What `concatenate` takes. */
export interface ConcatenateOptions extends LayerOptions {
  /** The axis along which they are joined; by default the last. */
  readonly axis?: number;
}

const kinds = { axis: optional(axisKind, -1) } satisfies OwnKindsOf<ConcatenateOptions>;

/** Its inputs one after the other: see `concatenate`. */
export class Concatenate extends Merge<OptionValues<typeof kinds>> {
  static override readonly className: string = 'Concatenate';

  constructor(options: ConcatenateOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds));
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
