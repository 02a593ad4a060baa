import { equal, type HostArray, hostArray, logicalAnd, ManabiError, type Tensor } from '@manabi/core';
import type { SipKey } from '@manabi/text/internal';
import { Layer } from '../../../layer/layer.ts';
import type { PartialType } from '../../../structure/nested.ts';
import type { TextEncoder as Encoder } from '../text-encoder.ts';
import { flattenTokens, type TokenRows } from '../token-rows.ts';
import { hashOf } from './hash-of.ts';
import { type TensorWord, tensorWords, wordsIn } from './tensor-words.ts';

/** Strings or integers in nested arrays. */
export type Hashable = TokenRows<string> | TokenRows<number>;

/** A layer that hashes strings and integers. Models give it the hashes of strings, since tensors cannot hold strings. */
export abstract class HashLayer<Config extends object> extends Layer<Config> implements Encoder {
  /** Key of the hash function; null without a key, for fingerprints. */
  protected get key(): SipKey | null {
    return null;
  }

  encodesFor(other: object): boolean {
    return other instanceof HashLayer && String(other.key) === String(this.key);
  }

  /** Returns the hashes of strings as uint32, with their high and low halves along a further axis. */
  encodeInput(strings: TokenRows<string>): HostArray {
    const { shape, tokens } = flattenTokens<string>('encode', strings, 'string');
    const hashes = tokens.map((token) => hashOf(token, this.key));
    const halves = hashes.flatMap((hash) => [Number(hash >> 32n), Number(hash & 0xffffffffn)]);
    return hostArray('uint32', [...shape, 2], Uint32Array.from(halves));
  }

  encodedType({ dtype, shape }: HostArray): PartialType {
    return { dtype, shape: [null, ...shape.slice(1)] };
  }
}

/**
 * Returns the hashes of strings in a tensor that `encodeInput` made; null for a tensor of integers.
 *
 * @throws ManabiError `dtype` for other tensors. Keras rounds floats, but those of 2^24 and more have lost digits before
 */
export function hashesIn(layer: string, x: Tensor): TensorWord | null {
  if (x.dtype === 'int32' || x.dtype === 'uint8') return null;
  if (x.dtype === 'uint32' && x.rank > 1 && x.shape[x.rank - 1] === 2) return wordsIn(x);
  throw new ManabiError(
    'dtype',
    `Layer '${layer}' requires strings or int32; got ${x.dtype} [${x.shape.join(', ')}]. Pass integers as ` +
      "tensor(values, { dtype: 'int32' }), and declare them in functional models by input({ shape, dtype: 'int32' }), " +
      'and strings by layers.stringInput({ shape }).',
    { op: 'hash', data: { layer, dtype: x.dtype, shape: x.shape } },
  );
}

/** Returns where words equal a hash. */
export function equalsHash({ high, low }: TensorWord, hash: bigint): Tensor {
  const word = tensorWords.constant(hash);
  return logicalAnd(equal(high, word.high), equal(low, word.low));
}

/** Flattens strings or integers, according to the first one. */
export function flatValues(values: Hashable): {
  readonly shape: readonly number[];
  readonly tokens: readonly (string | number)[];
} {
  let first: unknown = values;
  while (Array.isArray(first)) first = first[0];
  return typeof first === 'number'
    ? // `flattenTokens` checks that all values are integers, or strings.
      flattenTokens<number>('encode', values as TokenRows<number>, 'number')
    : flattenTokens<string>('encode', values as TokenRows<string>, 'string');
}
