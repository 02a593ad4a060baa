import { add, astype, equal, type HostArray, ManabiError, type Tensor, where } from '@manabi/core';
import { anyOf, integer, nullable, type OptionValues, oneOf, optional, text } from '@manabi/errors';
import type { SipKey } from '@manabi/text/internal';
import type { LayerOptions } from '../../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../../layer/layer-kinds.ts';
import { type CategoryMode, encodeCategories } from '../encode-categories.ts';
import { encodeIndices } from '../encode-indices.ts';
import { hashesOfIntegers } from './hash-integers.ts';
import { equalsHash, flatValues, type Hashable, HashLayer, hashesIn } from './hash-layer.ts';
import { hashOf, saltKind } from './hash-of.ts';
import { remainderOf } from './tensor-words.ts';

/** Options of the layer `hashing`. */
export interface HashingOptions extends LayerOptions {
  /** Number of bins, with that of `maskValue`. */
  readonly numBins: number;
  /** Value of masked or padded positions, which have bin 0 of their own (default: null, no such value). */
  readonly maskValue?: string | number | null;
  /**
   * Key of the hash function SipHash64: one integer or two. Without a key, the hash function is FarmHash64 (default:
   * null).
   */
  readonly salt?: number | readonly number[] | null;
  /**
   * What the layer returns: bins, one vector per value (`'oneHot'`), or one vector per row of values that marks
   * (`'multiHot'`) or counts (`'count'`) them (default: `'int'`).
   */
  readonly outputMode?: CategoryMode;
}

/** Largest number of bins: those whose indices are int32. */
export const binCount = integer({ min: 1, max: 2 ** 31 - 1 });
const kinds = {
  numBins: binCount,
  maskValue: optional(nullable(anyOf(text, integer())), null),
  salt: optional(saltKind, null),
  outputMode: optional(oneOf('int', 'oneHot', 'multiHot', 'count'), 'int'),
} satisfies OwnKindsOf<HashingOptions>;

/** Adds the dtype of layers that return integers, which Keras requires in files. */
export function withIntegerDType(options: LayerOptions, mode: CategoryMode): LayerOptions {
  return mode === 'int' ? { ...options, dtype: options.dtype ?? 'int32' } : options;
}

/** Layer created by `hashing`. */
export class Hashing extends HashLayer<OptionValues<typeof kinds>> {
  static override readonly className: string = 'Hashing';

  constructor(options: HashingOptions) {
    const config = readLayerOptions(new.target, options, kinds);
    super(withIntegerDType(options, config.outputMode), config);
  }

  protected override get key(): SipKey | null {
    return this.config.salt;
  }

  /** Number of bins for values other than `maskValue`; with a single bin, Keras ignores that value. */
  get #bins(): number {
    const { maskValue, numBins } = this.config;
    return maskValue === null || numBins === 1 ? numBins : numBins - 1;
  }

  /**
   * Hashes strings or integers on the host; what a model does with the values that it is given.
   *
   * @throws ManabiError `argument` for other values, and for values of another type than `maskValue`
   */
  encode(values: Hashable): HostArray {
    const { maskValue, numBins, outputMode } = this.config;
    const { shape, tokens } = flatValues(values);
    if (tokens.length > 0) this.#checkMask(typeof tokens[0]);
    const bins = this.#bins;
    const binOf = (token: string | number): number => Number(hashOf(String(token), this.key) % BigInt(bins));
    const indices = Int32Array.from(tokens, (token) =>
      bins === numBins ? binOf(token) : token === maskValue ? 0 : binOf(token) + 1,
    );
    return encodeIndices(outputMode, shape, indices, numBins);
  }

  override call(x: Tensor): Tensor {
    const { maskValue, numBins, outputMode } = this.config;
    const hashes = hashesIn(this.name, x);
    const integers = astype(x, 'int32');
    const words = hashes ?? hashesOfIntegers(integers, this.key);
    this.#checkMask(hashes === null ? 'number' : 'string');
    const bins = remainderOf(words, this.#bins);
    const isMasked = () =>
      hashes === null ? equal(integers, Number(maskValue)) : equalsHash(hashes, hashOf(String(maskValue), this.key));
    const indices = this.#bins === numBins ? bins : where(isMasked(), 0, add(bins, 1));
    return encodeCategories(indices, outputMode, numBins, this.computeDtype);
  }

  #checkMask(type: string): void {
    const { maskValue } = this.config;
    if (maskValue === null || typeof maskValue === type) return;
    throw new ManabiError(
      'argument',
      `\`maskValue\` must be of the type of the values, ${type}; got ${JSON.stringify(maskValue)}.`,
      { op: 'Hashing', data: { layer: this.name, maskValue, type } },
    );
  }
}

/**
 * Creates a layer that maps strings or integers to bins by hashing them, without a vocabulary. Different values may
 * share a bin. The bins are those of Keras and TensorFlow; integers are hashed by their decimal text. With
 * `outputMode: 'int'`, the bins have the shape of the values.
 *
 * A model whose first layer this is takes strings or integers in `fit`, `evaluate` and `predict`. In functional models,
 * `stringInput` creates an input of strings; elsewhere, such as in data pipelines, call `layer.encode(values)`.
 * Integers in tensors are int32; pass larger ones as strings, which have the same bins.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * const layer = layers.hashing({ numBins: 3 });
 * console.log([...layer.encode(['A', 'B', 'C', 'D', 'E']).data]); // [1, 0, 1, 1, 2]
 * console.log(layer.apply(tensor([[7], [-15]], { dtype: 'int32' })).shape); // [2, 1]
 * ```
 */
export function hashing(options: HashingOptions): Hashing {
  return new Hashing(options);
}
