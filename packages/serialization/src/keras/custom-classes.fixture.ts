import { abs, mean, mul, power, sub, type Tensor } from '@manabi/core';
import { type CallContext, initializers, Layer, type LayerOptions, losses, register } from '@manabi/layers';

/** Layer that `tooling/goldens/keras-files/kept.py` registers in the package `shop`. */
export class Scale extends Layer<{ readonly by: number }> {
  static override readonly className: string = 'Scale';
  constructor(options: LayerOptions & { readonly by?: number } = {}) {
    super(options, { by: options.by ?? 2 });
  }
  override call(x: Tensor, _context: CallContext): Tensor {
    return mul(x, this.config.by);
  }
}

const tripled = (x: Tensor): Tensor => mul(x, 3);
const distance = (a: Tensor, b: Tensor): Tensor => mean(power(abs(sub(a, b)), 1.5), -1);

/**
 * Registers all custom classes of the tests. `name` returns the registered name for a class name, for example with a
 * package.
 */
export function registerAll(name: (bare: string) => string): void {
  register('layer', name('Scale'), Scale);
  register('activation', name('tripled'), tripled);
  register('initializer', name('Sevenths'), () => ({
    ...initializers.constant({ value: 1 / 7 }),
    className: 'Sevenths',
    config: {},
  }));
  register('loss', name('Power'), () => ({
    ...losses.lossFunctionWrapper({ fn: distance }),
    className: 'Power',
    config: { name: 'power', reduction: 'sumOverBatchSize' },
  }));
}
