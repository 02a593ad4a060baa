import type { CallContext } from '../../call/context.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { layerKind } from '../../layer/layer-kind.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { type OneOrMany, type PartialShape, shapeList, type Tensors } from '../../structure/nested.ts';

/** What wrappers take. */
export interface WrapperOptions extends LayerOptions {
  readonly layer: Layer;
}

/** What is known of every wrapper. */
export interface WrapperConfig {
  readonly layer: Layer;
}

const kinds = { layer: layerKind } satisfies OwnKindsOf<WrapperOptions>;

/**
 * A layer around another: the base of those that change what a layer is given, or makes. By itself it calls the layer.
 *
 * @example
 * ```ts
 * class Twice extends Wrapper {
 *   override call(x: Tensor, context: CallContext) {
 *     return this.layer.apply(this.layer.apply(x, context), context);
 *   }
 * }
 * ```
 */
export class Wrapper<Config extends WrapperConfig = WrapperConfig> extends Layer<Config> {
  static override readonly className: string = 'Wrapper';

  /** @param config all options of a class that extends this one, `layer` included */
  constructor(options: WrapperOptions, config?: Config);
  constructor(options: WrapperOptions, config: Config) {
    super(options, config ?? readLayerOptions(new.target, options, kinds));
  }

  /** The layer within. */
  get layer(): Layer {
    return this.config.layer;
  }

  override build(inputShape: OneOrMany<PartialShape>): void {
    const types = shapeList(inputShape).map((shape) => ({ shape, dtype: this.dtype }));
    this.layer.ensureBuilt(types.length === 1 ? types[0] : types);
  }

  override call(inputs: Tensors, context: CallContext): Tensors {
    return this.layer.forward(inputs, context);
  }
}

/** A layer within another, which does nothing but call it. */
export function wrapper(options: WrapperOptions): Wrapper {
  return new Wrapper(options);
}
