import { div, expandDims, max, mean, sum, type Tensor, where } from '@manabi/core';
import { boolean, type OptionValues, optional } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { type DataFormat, dataFormatKind, spatialAxes } from '../images/data-format.ts';

/** Options of the global pooling layers. */
export interface GlobalPoolingOptions extends LayerOptions {
  /** Position of the channel axis (default: `'channelsLast'`). */
  readonly dataFormat?: DataFormat;
  /** Whether the spatial axes are kept with length 1 (default: false). */
  readonly keepdims?: boolean;
}

const kinds = {
  dataFormat: dataFormatKind,
  keepdims: optional(boolean, false),
} satisfies OwnKindsOf<GlobalPoolingOptions>;

abstract class GlobalPooling extends Layer<OptionValues<typeof kinds>> {
  /** Number of spatial axes of the input: 1, 2 or 3. */
  static readonly rank: number = 0;
  readonly #rank: number;

  constructor(options: GlobalPoolingOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds));
    this.inputSpec = { rank: new.target.rank + 2 };
    this.#rank = new.target.rank;
  }

  /** The spatial axes of the input, such as rows and columns. */
  protected get axes(): readonly number[] {
    return spatialAxes(this.config.dataFormat, this.#rank);
  }
}

abstract class GlobalMaxPooling extends GlobalPooling {
  override call(x: Tensor): Tensor {
    return max(x, this.axes, { keepdims: this.config.keepdims });
  }
}

abstract class GlobalAveragePooling extends GlobalPooling {
  override call(x: Tensor, _context: CallContext): Tensor {
    return mean(x, this.axes, { keepdims: this.config.keepdims });
  }
}

/** Layer created by `globalMaxPooling1d`. */
export class GlobalMaxPooling1D extends GlobalMaxPooling {
  static override readonly className: string = 'GlobalMaxPooling1D';
  static override readonly rank = 1;
}

/**
 * Creates a layer that returns the maximum of each channel. It maps [batch, steps, channels] to [batch, channels].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for an input of another rank
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * console.log(await layers.globalMaxPooling1d().apply(tensor([[[1], [3], [2]]])).array()); // [[3]]
 * ```
 */
export function globalMaxPooling1d(options: GlobalPoolingOptions = {}): GlobalMaxPooling1D {
  return new GlobalMaxPooling1D(options);
}

/** Layer created by `globalMaxPooling2d`. */
export class GlobalMaxPooling2D extends GlobalMaxPooling {
  static override readonly className: string = 'GlobalMaxPooling2D';
  static override readonly rank = 2;
}

/**
 * Creates a layer that returns the maximum of each channel. It maps [batch, rows, columns, channels] to [batch, channels].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for an input of another rank
 * @example
 * ```ts
 * import { arange, layers, reshape } from 'manabi';
 *
 * const image = reshape(arange(0, 8, 1, { dtype: 'float32' }), [1, 2, 2, 2]);
 * console.log(await layers.globalMaxPooling2d().apply(image).array()); // [[6, 7]]
 * ```
 */
export function globalMaxPooling2d(options: GlobalPoolingOptions = {}): GlobalMaxPooling2D {
  return new GlobalMaxPooling2D(options);
}

/** Layer created by `globalMaxPooling3d`. */
export class GlobalMaxPooling3D extends GlobalMaxPooling {
  static override readonly className: string = 'GlobalMaxPooling3D';
  static override readonly rank = 3;
}

/**
 * Creates a layer that returns the maximum of each channel. It maps [batch, planes, rows, columns, channels] to [batch,
 * channels].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for an input of another rank
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * console.log(await layers.globalMaxPooling3d().apply(ones([1, 2, 3, 4, 2])).array()); // [[1, 1]]
 * ```
 */
export function globalMaxPooling3d(options: GlobalPoolingOptions = {}): GlobalMaxPooling3D {
  return new GlobalMaxPooling3D(options);
}

/** Layer created by `globalAveragePooling1d`. */
export class GlobalAveragePooling1D extends GlobalAveragePooling {
  static override readonly className: string = 'GlobalAveragePooling1D';
  static override readonly rank = 1;

  override call(x: Tensor, context: CallContext): Tensor {
    const { mask } = context;
    if (mask === null) return super.call(x, context);
    const options = { keepdims: this.config.keepdims };
    const counts = expandDims(mask, this.config.dataFormat === 'channelsLast' ? 2 : 1);
    return div(sum(where(counts, x, 0), this.axes, options), sum(counts, this.axes, options));
  }
}

/**
 * Creates a layer that returns the mean of each channel over the steps that are not masked. It maps [batch, steps,
 * channels] to [batch, channels].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for an input of another rank
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * console.log(await layers.globalAveragePooling1d().apply(tensor([[[1], [3], [2]]])).array()); // [[2]]
 * ```
 */
export function globalAveragePooling1d(options: GlobalPoolingOptions = {}): GlobalAveragePooling1D {
  return new GlobalAveragePooling1D(options);
}

/** Layer created by `globalAveragePooling2d`. */
export class GlobalAveragePooling2D extends GlobalAveragePooling {
  static override readonly className: string = 'GlobalAveragePooling2D';
  static override readonly rank = 2;
}

/**
 * Creates a layer that returns the mean of each channel. It maps [batch, rows, columns, channels] to [batch, channels].
 * Source: M. Lin, Q. Chen, S. Yan, "Network in network", 2013.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for an input of another rank
 * @example
 * ```ts
 * import { arange, layers, reshape } from 'manabi';
 *
 * const image = reshape(arange(0, 8, 1, { dtype: 'float32' }), [1, 2, 2, 2]);
 * console.log(await layers.globalAveragePooling2d().apply(image).array()); // [[3, 4]]
 * ```
 */
export function globalAveragePooling2d(options: GlobalPoolingOptions = {}): GlobalAveragePooling2D {
  return new GlobalAveragePooling2D(options);
}

/** Layer created by `globalAveragePooling3d`. */
export class GlobalAveragePooling3D extends GlobalAveragePooling {
  static override readonly className: string = 'GlobalAveragePooling3D';
  static override readonly rank = 3;
}

/**
 * Creates a layer that returns the mean of each channel. It maps [batch, planes, rows, columns, channels] to
 * [batch, channels].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for an input of another rank
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * console.log(await layers.globalAveragePooling3d().apply(ones([1, 2, 3, 4, 2])).array()); // [[1, 1]]
 * ```
 */
export function globalAveragePooling3d(options: GlobalPoolingOptions = {}): GlobalAveragePooling3D {
  return new GlobalAveragePooling3D(options);
}
