import type { Tensor } from '@manabi/core';
import { checkIsObject } from '../check-options.ts';
import { Layer, type LayerOptions } from '../layer.ts';
import { l1L2 } from '../regularizers/index.ts';

/** What `activityRegularization` takes. */
export interface ActivityRegularizationOptions extends Omit<LayerOptions, 'activityRegularizer'> {
  /** Times the sum of magnitudes; by default 0. */
  readonly l1?: number;
  /** Times the sum of squares; by default 0. */
  readonly l2?: number;
}

/** A price on what goes through: see `activityRegularization`. */
export class ActivityRegularization extends Layer<{ readonly l1: number; readonly l2: number }> {
  static override readonly className: string = 'ActivityRegularization';
  override supportsMasking = true;

  constructor(options: ActivityRegularizationOptions = {}) {
    checkIsObject('ActivityRegularization', options);
    const { l1 = 0, l2 = 0 } = options;
    super({ ...options, activityRegularizer: l1L2({ l1, l2 }) }, { l1, l2 });
  }

  override call(x: Tensor): Tensor {
    return x;
  }
}

/** x itself; its sum of magnitudes and of squares, over the whole batch, are added to the loss. */
export function activityRegularization(options: ActivityRegularizationOptions = {}): ActivityRegularization {
  return new ActivityRegularization(options);
}
