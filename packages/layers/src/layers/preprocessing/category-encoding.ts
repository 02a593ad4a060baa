import { expandDims, ManabiError, max, mul, oneHot, squeeze, sum, type Tensor } from '@manabi/core';
import { type OptionValues, oneOf, optional, positiveInteger } from '@manabi/errors';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { type OneOrMany, toList } from '../../structure/nested.ts';
import { wholeNumbersOf } from '../core/embedding.ts';

/** What becomes of numbers: a row for each, or one row for each sample. */
export type EncodingMode = 'oneHot' | 'multiHot' | 'count';

/** What `categoryEncoding` takes. */
export interface CategoryEncodingOptions extends LayerOptions {
  /** How many categories there are: one more than the largest number. */
  readonly numTokens: number;
  /** By default `multiHot`. */
  readonly outputMode?: EncodingMode;
}

const kinds = {
  numTokens: positiveInteger,
  outputMode: optional(oneOf('oneHot', 'multiHot', 'count'), 'multiHot'),
} satisfies OwnKindsOf<CategoryEncodingOptions>;

/** Categories as rows of zeros and ones: see `categoryEncoding`. */
export class CategoryEncoding extends Layer<OptionValues<typeof kinds>> {
  static override readonly className: string = 'CategoryEncoding';

  constructor(options: CategoryEncodingOptions) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  override call(inputs: OneOrMany<Tensor>): Tensor {
    const { numTokens, outputMode } = this.config;
    const [x, weights = null] = toList(inputs);
    if (weights !== null && outputMode !== 'count') throw needlessWeights(outputMode);
    const isColumn = outputMode === 'oneHot' && x.rank > 1 && x.shape[x.rank - 1] === 1;
    const rows = oneHot(wholeNumbersOf(isColumn ? squeeze(x, -1) : x), numTokens, { dtype: this.dtype });
    if (outputMode === 'oneHot') return rows;
    if (outputMode === 'multiHot') return max(rows, -2);
    return sum(weights === null ? rows : mul(rows, expandDims(weights, -1)), -2);
  }
}

function needlessWeights(outputMode: EncodingMode): ManabiError {
  return new ManabiError(
    'argument',
    `CategoryEncoding weighs numbers only when it counts them: outputMode is ${outputMode}, but weights were given. ` +
      "Give one input, or outputMode 'count'.",
    { op: 'CategoryEncoding', data: { outputMode } },
  );
}

/**
 * Numbers of categories `[batch, n]` as rows `[batch, numTokens]`: `multiHot` marks those that occur, `count` counts them
 * (weighted by a second input, if there is one); `oneHot` makes a row of each number, `[batch, n, numTokens]`. Numbers
 * beyond `numTokens` mark nothing.
 *
 * @throws ManabiError `argument` for wrong options
 * @example `layers.categoryEncoding({ numTokens: 1000, outputMode: 'count' })`
 */
export function categoryEncoding(options: CategoryEncodingOptions): CategoryEncoding {
  return new CategoryEncoding(options);
}
