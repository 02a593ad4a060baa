import { ManabiError, type Tensor } from '@manabi/core';
import { type OptionValues, oneOf, optional, positiveInteger } from '@manabi/errors';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { type OneOrMany, toList } from '../../structure/nested.ts';
import { toIntegers } from '../core/embedding.ts';
import { encodeCategories } from './encode-categories.ts';

/**
 * Encoding of category indices: `oneHot` returns one vector per index; `multiHot` and `count` return one vector per
 * sample that marks or counts the indices of the sample.
 */
export type EncodingMode = 'oneHot' | 'multiHot' | 'count';

/** Options of the layer `categoryEncoding`. */
export interface CategoryEncodingOptions extends LayerOptions {
  /** Number of categories: the largest index plus 1. */
  readonly numTokens: number;
  /** How category indices are encoded (default: `'multiHot'`). */
  readonly outputMode?: EncodingMode;
}

const kinds = {
  numTokens: positiveInteger,
  outputMode: optional(oneOf('oneHot', 'multiHot', 'count'), 'multiHot'),
} satisfies OwnKindsOf<CategoryEncodingOptions>;

/** Layer created by `categoryEncoding`. */
export class CategoryEncoding extends Layer<OptionValues<typeof kinds>> {
  static override readonly className: string = 'CategoryEncoding';

  constructor(options: CategoryEncodingOptions) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  override call(inputs: OneOrMany<Tensor>): Tensor {
    const { numTokens, outputMode } = this.config;
    const [x, weights = null] = toList(inputs);
    if (weights !== null && outputMode !== 'count') throw needlessWeights(outputMode);
    return encodeCategories(toIntegers(x), outputMode, numTokens, this.computeDtype, weights);
  }
}

function needlessWeights(outputMode: EncodingMode): ManabiError {
  return new ManabiError(
    'argument',
    `Weights as a second input require outputMode 'count'; got '${outputMode}'. Pass one input, or set outputMode: 'count'.`,
    { op: 'CategoryEncoding', data: { outputMode } },
  );
}

/**
 * Creates a layer that encodes category indices [batch, n] as vectors. `'multiHot'` marks the categories that occur and
 * `'count'` counts them, with the weights of an optional second input; both return [batch, numTokens]. `'oneHot'`
 * returns one vector per index, [batch, n, numTokens]. Indices of `numTokens` or more are ignored.
 *
 * @throws ManabiError `argument` for invalid options, or for weights with an `outputMode` other than `'count'`
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * const x = tensor([[0, 2, 2]]);
 * console.log(await layers.categoryEncoding({ numTokens: 3 }).apply(x).array()); // [[1, 0, 1]]
 * const result = layers.categoryEncoding({ numTokens: 3, outputMode: 'count' }).apply(x);
 * console.log(await result.array()); // [[1, 0, 2]]
 * ```
 */
export function categoryEncoding(options: CategoryEncodingOptions): CategoryEncoding {
  return new CategoryEncoding(options);
}
