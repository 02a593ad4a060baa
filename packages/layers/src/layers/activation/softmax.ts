import { exp, logsumexp, sub, type Tensor, where } from '@manabi/core';
import { type OptionValues, optional } from '@manabi/errors';
import { softmax as softmaxOf } from '../../activations/index.ts';
import type { CallContext } from '../../call/context.ts';
import { ONE_INPUT } from '../../layer/input-spec.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { axesKind } from '../../structure/option-kinds.ts';
import { alongFirstAxes } from '../core/mask-shape.ts';

/** Scores that do not count are set to this; Keras's number. */
const FAR_BELOW = -1e9;

/** What `softmax` takes. */
export interface SoftmaxOptions extends LayerOptions {
  /** The axis whose elements become shares of one, or several; by default the last. */
  readonly axis?: number | readonly number[];
}

const kinds = { axis: optional(axesKind, -1) } satisfies OwnKindsOf<SoftmaxOptions>;

/** Shares: see `softmax`. */
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
 * Shares of e^x along an axis or several, as a layer. What the mask leaves out has share 0, also where it leaves out
 * everything.
 */
export function softmax(options: SoftmaxOptions = {}): Softmax {
  return new Softmax(options);
}

/** Shares along axes, of the elements that the mask lets count; the mask broadcasts. */
export function maskedSoftmax(x: Tensor, mask: Tensor | null, axis: number | readonly number[]): Tensor {
  if (mask === null) return softmaxOver(x, axis);
  return where(mask, softmaxOver(where(mask, x, FAR_BELOW), axis), 0);
}

/** As `maskedSoftmax`, but where nothing counts, all have equal shares: what fused attention does. */
export function biasedSoftmax(x: Tensor, mask: Tensor | null, axis: number | readonly number[]): Tensor {
  return softmaxOver(mask === null ? x : where(mask, x, FAR_BELOW), axis);
}

function softmaxOver(x: Tensor, axis: number | readonly number[]): Tensor {
  const axes = [axis].flat();
  if (axes.length === 1) return softmaxOf(x, { axis: axes[0] });
  return exp(sub(x, logsumexp(x, axes, { keepdims: true })));
}
