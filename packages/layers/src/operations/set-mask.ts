import { notEqual, type Tensor } from '@manabi/core';
import { Layer, type LayerOptions } from '../layer/layer.ts';
import { readLayerOptions } from '../layer/layer-kinds.ts';
import { type Tensors, toList } from '../structure/nested.ts';

/**
 * Returns its first input with the second input as mask; without a second input, with no mask. In files of Keras, masks may be
 * arguments of calls; in a model that is loaded from such a file, this layer precedes the layer that is called.
 */
export class SetMask extends Layer {
  static override readonly className: string = 'SetMask';
  override readonly autocast: boolean = false;

  constructor(options: LayerOptions = {}) {
    super(options, readLayerOptions(new.target, options, {}));
  }

  override call(inputs: Tensors): Tensor {
    return toList(inputs)[0];
  }

  override computeMask(inputs: Tensors): Tensor | null {
    const mask = toList(inputs).at(1);
    return mask === undefined || mask.dtype === 'bool' ? (mask ?? null) : notEqual(mask, 0);
  }
}
