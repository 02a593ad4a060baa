import { exp, logsumexp, sub, type Tensor, where } from '@manabi/core';
import { type OptionValues, optional } from '@manabi/errors';
import { softmax as softmaxOf } from '../../activations/index.ts';
import type { CallContext } from '../../call/context.ts';
import { ONE_INPUT } from '../../layer/input-spec.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { axesKind } from '../../structure/option-kinds.ts';
import { alongFirstAxes } from '../core/mask-shape.ts';

/** Returns the score that replaces the scores of masked elements; the same number as in Keras. */
function maskedScore({ dtype }: Tensor): number {
  return dtype === 'float16' ? -3e4 : -1e9;
}

/** Options of the layer `softmax`. */
export interface SoftmaxOptions extends LayerOptions {
  /** Axis or axes over which the output sums to 1 (default: -1, the last). */
  readonly axis?: number | readonly number[];
}

const kinds = { axis: optional(axesKind, -1) } satisfies OwnKindsOf<SoftmaxOptions>;

/** Layer created by `softmax`. */
export class Softmax extends Layer<OptionValues<typeof kinds>> {
  static override readonly className: string = 'Softmax';
  override supportsMasking = true;

  constructor(options: SoftmaxOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds));
    this.inputSpec = ONE_INPUT;
  }

  override call(x: Tensor, { mask }: CallContext): Tensor {
    return maskedSoftmax(x, mask === null ? null : alongFirstAxes(mask, x), this.config.axis);
  }
}

/**
 * Creates a softmax layer: `yᵢ = exp(xᵢ) / Σⱼ exp(xⱼ)` over one or several axes. Masked elements get probability 0,
 * even where all elements are masked.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `axis` if the input lacks an axis
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * const x = tensor([[1, 1, 1]]);
 * const result = layers.softmax().apply(x, { mask: tensor([[true, true, false]]) });
 * console.log(await result.array()); // [[0.5, 0.5, 0]]
 * ```
 */
export function softmax(options: SoftmaxOptions = {}): Softmax {
  return new Softmax(options);
}

/** Computes the softmax over the elements whose mask is true; the other elements become 0. The mask broadcasts. */
export function maskedSoftmax(x: Tensor, mask: Tensor | null, axis: number | readonly number[]): Tensor {
  if (mask === null) return softmaxOver(x, axis);
  return where(mask, softmaxOver(where(mask, x, maskedScore(x)), axis), 0);
}

function softmaxOver(x: Tensor, axis: number | readonly number[]): Tensor {
  const axes = [axis].flat();
  if (axes.length === 1) return softmaxOf(x, { axis: axes[0] });
  return exp(sub(x, logsumexp(x, axes, { keepdims: true })));
}
