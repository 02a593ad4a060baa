import type { Tensor } from '@manabi/core';
import { notNegative, type OptionValues, optional } from '@manabi/errors';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { l1L2 } from '../../regularizers/index.ts';

/** What `activityRegularization` takes. */
export interface ActivityRegularizationOptions extends Omit<LayerOptions, 'activityRegularizer'> {
  /** Times the sum of magnitudes; by default 0. */
  readonly l1?: number;
  /** Times the sum of squares; by default 0. */
  readonly l2?: number;
}

const kinds = {
  l1: optional(notNegative, 0),
  l2: optional(notNegative, 0),
} satisfies OwnKindsOf<ActivityRegularizationOptions>;

/** A price on what goes through: see `activityRegularization`. */
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

/** x itself; its sum of magnitudes and of squares, over the whole batch, are added to the loss. */
export function activityRegularization(options: ActivityRegularizationOptions = {}): ActivityRegularization {
  return new ActivityRegularization(options);
}
