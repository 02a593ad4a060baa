import { any, broadcastTo, concatenate as concatenateOf, expandDims, onesLike, type Tensor } from '@manabi/core';
import { type OptionValues, optional } from '@manabi/errors';
import type { LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { axisKind } from '../../structure/option-kinds.ts';
import { Merge, mergeFactory } from './merge.ts';

/** Options of the layer `concatenate`. */
export interface ConcatenateOptions extends LayerOptions {
  /** Axis along which the inputs are joined (default: -1, the last). */
  readonly axis?: number;
}

const kinds = { axis: optional(axisKind, -1) } satisfies OwnKindsOf<ConcatenateOptions>;

/** Layer created by `concatenate`. */
export class Concatenate extends Merge<OptionValues<typeof kinds>> {
  static override readonly className: string = 'Concatenate';

  constructor(options: ConcatenateOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  override call(inputs: readonly Tensor[]): Tensor {
    return concatenateOf(inputs, this.config.axis);
  }

  /**
   * Joins the masks like the inputs. A step is unmasked if any of its features is unmasked. Inputs without a mask count
   * as unmasked.
   */
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
 * Joins tensors along an axis, or creates a layer that does. The lengths of all other axes must be equal.
 *
 * @throws ManabiError `argument` for invalid options; `axis` if an input lacks the axis; `shape` if the other axes differ in
 * length
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * console.log(await layers.concatenate([tensor([[1, 2]]), tensor([[3]])]).array()); // [[1, 2, 3]]
 * const result = layers.concatenate({ axis: 1 }).apply([tensor([[1, 2]]), tensor([[3]])]);
 * console.log(await result.array()); // [[1, 2, 3]]
 * ```
 */
export const concatenate = mergeFactory((options?: ConcatenateOptions) => new Concatenate(options));
