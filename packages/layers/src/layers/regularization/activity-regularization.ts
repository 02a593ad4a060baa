import type { Tensor } from '@manabi/core';
import { notNegative, type OptionValues, optional } from '@manabi/errors';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { l1L2 } from '../../regularizers/index.ts';

/** Options of the layer `activityRegularization`. */
export interface ActivityRegularizationOptions extends Omit<LayerOptions, 'activityRegularizer'> {
  /** Factor of the sum of absolute values (default: 0). */
  readonly l1?: number;
  /** Factor of the sum of squares (default: 0). */
  readonly l2?: number;
}

const kinds = {
  l1: optional(notNegative, 0),
  l2: optional(notNegative, 0),
} satisfies OwnKindsOf<ActivityRegularizationOptions>;

/** Layer created by `activityRegularization`. */
export class ActivityRegularization extends Layer<OptionValues<typeof kinds>> {
  static override readonly className: string = 'ActivityRegularization';
  override supportsMasking = true;

  constructor(options: ActivityRegularizationOptions = {}) {
    const config = readLayerOptions(new.target, options, kinds);
    super({ ...options, activityRegularizer: l1L2(config) }, config);
  }

  override call(x: Tensor): Tensor {
    return x;
  }
}

/**
 * Creates a layer that returns its input and adds a penalty to the loss: `l1 · Σ |x| + l2 · Σ x²` over the whole batch.
 * The output has the shape of the input.
 *
 * @throws ManabiError `argument` if a factor is negative
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * console.log(await layers.activityRegularization({ l2: 0.01 }).apply(tensor([[1, 2]])).array()); // [[1, 2]]
 * ```
 */
export function activityRegularization(options: ActivityRegularizationOptions = {}): ActivityRegularization {
  return new ActivityRegularization(options);
}
