import { type KindsOf, name as nameKind, nullable, optional, positiveInteger, readOptions } from '@manabi/errors';
import type { SymbolicTensor } from '../../../layer/layer.ts';
import type { PartialShape } from '../../../structure/nested.ts';
import { partialShape } from '../../../structure/option-kinds.ts';
import { input } from '../../core/input-layer.ts';

/** Options of `stringInput`. */
export interface StringInputOptions {
  /** Shape of the strings of one sample, without the batch axis; null for lengths that may vary (default: `[1]`). */
  readonly shape?: PartialShape;
  /** Length of the batch axis (default: null, any length). */
  readonly batchSize?: number | null;
  /** Name of the input. */
  readonly name?: string | null;
}

const kinds = {
  shape: optional(partialShape, [1]),
  batchSize: optional(nullable(positiveInteger), null),
  name: optional(nullable(nameKind)),
} satisfies KindsOf<StringInputOptions>;

/**
 * Creates an input of a functional model for strings that `hashing` and `hashedCrossing` take; Keras's
 * `Input(shape, dtype='string')`. Tensors have no strings: the symbolic tensor stands for their hashes, which are uint32
 * with a further axis of length 2.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { layers, model } from 'manabi';
 *
 * const city = layers.stringInput({ shape: [1], name: 'city' });
 * const vector = layers.embedding({ inputDim: 100, outputDim: 4 }).apply(layers.hashing({ numBins: 100 }).apply(city));
 * const network = model({ inputs: city, outputs: vector });
 * console.log((await network.predict([['Kyoto'], ['Nara']])).shape); // [2, 1, 4]
 * ```
 */
export function stringInput(options: StringInputOptions = {}): SymbolicTensor {
  const { shape, ...rest } = readOptions('stringInput', options, kinds);
  return input({ ...rest, shape: [...shape, 2], dtype: 'uint32' });
}
