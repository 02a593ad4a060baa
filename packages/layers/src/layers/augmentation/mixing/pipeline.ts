import type { OptionValues } from '@manabi/errors';
import { type Kind, kind, listOf } from '@manabi/errors';
import type { CallContext } from '../../../call/context.ts';
import { isLayer, Layer, type LayerOptions } from '../../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../../layer/layer-kinds.ts';
import type { Tensors } from '../../../structure/nested.ts';

/** Options of `pipeline`. */
export interface PipelineOptions extends LayerOptions {
  /** Layers in the order in which they are applied. */
  readonly layers: readonly Layer[];
}

const layersKind: Kind<readonly Layer[]> = listOf(kind('a layer', isLayer), { min: 1 });

const kinds = { layers: layersKind } satisfies OwnKindsOf<PipelineOptions>;

/** Layer created by `pipeline`. */
export class Pipeline extends Layer<OptionValues<typeof kinds>> {
  static override readonly className: string = 'Pipeline';

  constructor(options: PipelineOptions) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  /** The layers, in the order in which they are applied. */
  get layers(): readonly Layer[] {
    return this.config.layers;
  }

  override call(inputs: Tensors, context: CallContext): Tensors {
    return this.layers.reduce((x, layer) => layer.forward(x, context), inputs);
  }
}

/**
 * Creates a layer that applies layers one after the other, such as preprocessing and augmentation. The output has the
 * shape of the last layer's output.
 *
 * @throws ManabiError `argument` unless `layers` is a list of at least one layer
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * const layer = layers.pipeline({
 *   layers: [layers.rescaling({ scale: 1 / 255 }), layers.randomFlip({ mode: 'horizontal' })],
 * });
 * console.log(await layer.apply(tensor([[[255], [0]]])).array()); // [[[1], [0]]]
 * ```
 */
export function pipeline(options: PipelineOptions): Pipeline {
  return new Pipeline(options);
}
