import { astype, type HostArray, ManabiError, rightShift, type Tensor } from '@manabi/core';
import { type OptionValues, oneOf, optional } from '@manabi/errors';
import { farmHash } from '@manabi/text/internal';
import type { LayerOptions } from '../../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../../layer/layer-kinds.ts';
import { type OneOrMany, toList } from '../../../structure/nested.ts';
import { encodeCategories } from '../encode-categories.ts';
import { encodeIndices } from '../encode-indices.ts';
import { flatValues, type Hashable, HashLayer, hashesIn } from './hash-layer.ts';
import { hashOf } from './hash-of.ts';
import { binCount, withIntegerDType } from './hashing.ts';
import { farmHashOnTensors, remainderOf, type TensorWord, tensorWords } from './tensor-words.ts';

/** Options of the layer `hashedCrossing`. */
export interface HashedCrossingOptions extends LayerOptions {
  /** Number of bins. */
  readonly numBins: number;
  /** What the layer returns: bins, or one vector per combination of values (default: `'int'`). */
  readonly outputMode?: 'int' | 'oneHot';
}

const kinds = {
  numBins: binCount,
  outputMode: optional(oneOf('int', 'oneHot'), 'int'),
} satisfies OwnKindsOf<HashedCrossingOptions>;

/** The word that TensorFlow combines with the first value. */
const START = 0xdecafcaffen;

/** Layer created by `hashedCrossing`. */
export class HashedCrossing extends HashLayer<OptionValues<typeof kinds>> {
  static override readonly className: string = 'HashedCrossing';

  constructor(options: HashedCrossingOptions) {
    const config = readLayerOptions(new.target, options, kinds);
    super(withIntegerDType(options, config.outputMode), config);
  }

  /**
   * Combines columns of strings or integers on the host; what a model does with the columns that it is given.
   *
   * @param columns two or more columns of the same shape: [n], or [n, 1]
   * @throws ManabiError `argument` for other values; `shape` for columns of other shapes
   */
  encode(columns: readonly Hashable[]): HostArray {
    const { numBins, outputMode } = this.config;
    const flat = columns.map(flatValues);
    checkColumns(flat);
    const words = flat.map(({ tokens }) =>
      tokens.map((token) => (typeof token === 'string' ? hashOf(token, null) : BigInt.asUintN(64, BigInt(token)))),
    );
    const [{ shape, tokens }] = flat;
    const indices = Int32Array.from(tokens, (_, row) => {
      const word = words.reduce((before, column) => farmHash.fingerprintCat(before, column[row]), START);
      return Number(word % BigInt(numBins));
    });
    return encodeIndices(outputMode, shape, indices, numBins);
  }

  override call(inputs: OneOrMany<Tensor>): Tensor {
    const { numBins, outputMode } = this.config;
    const columns = toList(inputs).map((x) => hashesIn(this.name, x) ?? wordOf(astype(x, 'int32')));
    checkColumns(columns.map(({ low }) => low));
    const start = tensorWords.constant(START);
    const word = columns.reduce((before, column) => farmHashOnTensors.fingerprintCat(before, column), start);
    return encodeCategories(remainderOf(word, numBins), outputMode, numBins, this.computeDtype);
  }
}

/** Returns integers as words: in two's complement, as int64. */
function wordOf(x: Tensor): TensorWord {
  return { high: astype(rightShift(x, 31), 'uint32'), low: astype(x, 'uint32') };
}

function checkColumns(columns: readonly { readonly shape: readonly number[] }[]): void {
  const shapes = columns.map(({ shape }) => `[${shape.join(', ')}]`);
  const [{ shape } = { shape: [] }] = columns;
  const isColumn = shape.length < 2 || (shape.length === 2 && shape[1] === 1);
  if (columns.length > 1 && isColumn && new Set(shapes).size === 1) return;
  throw new ManabiError(
    'shape',
    `Crossing requires two or more inputs of the same shape, [batch] or [batch, 1]; got ${shapes.join(' and ')}.`,
    { op: 'HashedCrossing', data: { shapes } },
  );
}

/**
 * Creates a layer that maps combinations of values to bins by hashing them: `layer.apply([city, hour])`. Different
 * combinations may share a bin. The bins are those of Keras and TensorFlow. See `hashing` for strings in models.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { layers } from 'manabi';
 *
 * const layer = layers.hashedCrossing({ numBins: 5 });
 * console.log([...layer.encode([['A', 'B', 'A'], [101, 101, 102]]).data]); // [1, 4, 3]
 * ```
 */
export function hashedCrossing(options: HashedCrossingOptions): HashedCrossing {
  return new HashedCrossing(options);
}
