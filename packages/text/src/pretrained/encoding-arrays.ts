import { type Kind, kind, listOf, ManabiError, readArgument } from '@manabi/errors';
import { type HostArray, hostArray } from '@manabi/ir';
import type { Encoding } from './encoding.ts';

const encodingKind: Kind<Encoding> = kind(
  'an encoding, as encode() returns it',
  (given): given is Encoding =>
    typeof given === 'object' &&
    given !== null &&
    ['ids', 'typeIds', 'attentionMask'].every((name) => Array.isArray(Reflect.get(given, name))),
);

/** Inputs of a model, each an int32 array [texts, tokens]. */
export interface EncodingArrays {
  readonly inputIds: HostArray;
  readonly tokenTypeIds: HostArray;
  readonly attentionMask: HostArray;
}

/**
 * Converts encodings of the same length to arrays.
 *
 * @throws ManabiError `shape` for encodings of different lengths; `argument` for other values
 * @example
 * ```ts
 * import { encodingArrays, readTokenizer } from '@manabi/text';
 *
 * const tokenizer = readTokenizer({ model: { type: 'WordLevel', vocab: { '<unk>': 0, hello: 1 } } });
 * console.log(encodingArrays(tokenizer.encodeBatch(['hello', 'bye'])).inputIds.shape); // [2, 1]
 * ```
 */
export function encodingArrays(encodings: readonly Encoding[]): EncodingArrays {
  readArgument('encodingArrays', 'encodings', encodings, listOf(encodingKind));
  const lengths = new Set(encodings.map(({ ids }) => ids.length));
  if (lengths.size > 1) {
    throw new ManabiError(
      'shape',
      `Encodings must have the same length; got ${[...lengths].sort((a, b) => a - b).join(', ')}. Pass \`padding\` to loadTokenizer().`,
      { op: 'encodingArrays', data: { lengths: [...lengths] } },
    );
  }
  const [length = 0] = lengths;
  const arrayOf = (rowOf: (encoding: Encoding) => readonly number[]): HostArray =>
    hostArray('int32', [encodings.length, length], Int32Array.from(encodings.flatMap(rowOf)));
  return {
    inputIds: arrayOf(({ ids }) => ids),
    tokenTypeIds: arrayOf(({ typeIds }) => typeIds),
    attentionMask: arrayOf(({ attentionMask }) => attentionMask),
  };
}
