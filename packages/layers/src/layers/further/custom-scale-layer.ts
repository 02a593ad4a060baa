import { add, mul, type Tensor } from '@manabi/core';
import { ManabiError, number, type OptionValues } from '@manabi/errors';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';

/** Options of `CustomScaleLayer`. */
export interface CustomScaleOptions extends LayerOptions {
  /** Factor of the second input. */
  readonly scale: number;
}

const kinds = { scale: number() } satisfies OwnKindsOf<CustomScaleOptions>;

/**
 * Layer of InceptionResNetV2 that adds a scaled tensor to another one: `x + scale · y`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { CustomScaleLayer } from '@manabi/layers/further';
 * import { tensor } from 'manabi';
 *
 * const result = new CustomScaleLayer({ scale: 0.5 }).apply([tensor([1, 2]), tensor([4, 6])]);
 * console.log(await result.array()); // [3, 5]
 * ```
 */
export class CustomScaleLayer extends Layer<OptionValues<typeof kinds>> {
  static override readonly className: string = 'CustomScaleLayer';

  constructor(options: CustomScaleOptions) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  protected override checkCount(count: number): void {
    if (count === 2) return;
    throw new ManabiError('argument', `Layer '${this.name}' adds two tensors; got ${count}. Pass a list of two.`, {
      op: 'CustomScaleLayer',
      data: { layer: this.name, given: count },
    });
  }

  override call([x, y]: readonly [Tensor, Tensor]): Tensor {
    return add(x, mul(y, this.config.scale));
  }
}
