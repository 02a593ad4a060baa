import type { CallContext } from '../../call/context.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { layerKind } from '../../layer/layer-kind.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { type OneOrMany, type PartialShape, shapeList, type Tensors } from '../../structure/nested.ts';

/** Options of wrapper layers. */
export interface WrapperOptions extends LayerOptions {
  /** Layer to wrap. */
  readonly layer: Layer;
}

/** Config of wrapper layers. */
export interface WrapperConfig {
  readonly layer: Layer;
}

const kinds = { layer: layerKind } satisfies OwnKindsOf<WrapperOptions>;

/**
 * Base class of layers that wrap another layer, to change its inputs or outputs. Without an override of `call`, it applies
 * the wrapped layer.
 */
export class Wrapper<Config extends WrapperConfig = WrapperConfig> extends Layer<Config> {
  static override readonly className: string = 'Wrapper';

  /** @param config all options of a subclass, including `layer` */
  constructor(options: WrapperOptions, config?: Config);
  constructor(options: WrapperOptions, config: Config) {
    super(options, config ?? readLayerOptions(new.target, options, kinds));
  }

  /** The wrapped layer. */
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

/**
 * Creates a layer that applies another layer. It is the base of wrappers such as `timeDistributed`. The output has the
 * shape of that layer's output.
 *
 * @throws ManabiError `argument` if `layer` is not a layer
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.wrapper({ layer: layers.dense({ units: 2 }) });
 * console.log(layer.apply(ones([1, 3])).shape); // [1, 2]
 * ```
 */
export function wrapper(options: WrapperOptions): Wrapper {
  return new Wrapper(options);
}
