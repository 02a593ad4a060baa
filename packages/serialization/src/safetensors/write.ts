import { type HostArray, ManabiError } from '@manabi/core';
import { bytesOfElements, toBfloat16 } from '@manabi/data/internal';
import { type KindsOf, type OptionValues, oneOf, optional, readOptions, recordOf, signal, text } from '@manabi/errors';
import type { WriteOptions } from '@manabi/files';
import { joinedBytes } from '@manabi/files/internal';
import { float32ToFloat16 } from '@manabi/ir';
import { type NamedTensors, toHostArrays } from '../elements/host-arrays.ts';
import { type Destination, writeTo } from '../stores/index.ts';
import { rankOf, type SafetensorsDType, storedAs } from './dtypes.ts';
import { MAX_HEADER, METADATA } from './header.ts';

/** Options of `encodeSafetensors`. */
export interface SafetensorsOptions {
  /** Strings by name for readers of the file: `{ format: 'pt' }` allows transformers to load it (default: none). */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Element type for float32 tensors, rounded to the nearest value (default `F32`). */
  readonly float32As?: 'F32' | 'F16' | 'BF16';
}

/** Options of `writeSafetensors`. */
export interface WriteSafetensorsOptions extends SafetensorsOptions, WriteOptions {}

/** A tensor to write, converted to the element type of the file. */
interface Stored {
  readonly name: string;
  readonly dtype: SafetensorsDType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

const encodeKinds = {
  metadata: optional(recordOf(text), {}),
  float32As: optional(oneOf('F32', 'F16', 'BF16'), 'F32'),
} satisfies KindsOf<SafetensorsOptions>;
const writeKinds = { ...encodeKinds, signal: optional(signal) } satisfies KindsOf<WriteSafetensorsOptions>;

/**
 * Writes tensors to a safetensors file, byte for byte as the reference implementation does: sorted by decreasing element
 * size, then by name.
 *
 * @throws ManabiError `argument` for the reserved name `__metadata__`, or unknown options
 * @throws FileError `notFound`, `permission`, `noSpace`, … of the destination; the old file is then unchanged
 * @example
 * ```ts node-only
 * import { readSafetensors, tensor, writeSafetensors } from 'manabi';
 *
 * const tensors = { kernel: tensor([[1], [2]]), bias: tensor([0]) };
 * await writeSafetensors('weights.safetensors', tensors);
 * const { tensors: read } = await readSafetensors('weights.safetensors');
 * console.log(Object.keys(read)); // ['bias', 'kernel']
 * ```
 */
export async function writeSafetensors(
  destination: Destination,
  tensors: NamedTensors,
  options: WriteSafetensorsOptions = {},
): Promise<void> {
  const { signal, ...others } = readOptions('writeSafetensors', options, writeKinds);
  const pieces = await safetensorsPieces('writeSafetensors', tensors, others);
  return writeTo(destination, yielded(pieces), { signal });
}

/**
 * Encodes tensors as a safetensors file and returns the bytes that `writeSafetensors` would write.
 *
 * @throws ManabiError the codes of `writeSafetensors`
 * @example
 * ```ts
 * import { encodeSafetensors, readSafetensors, tensor } from 'manabi';
 *
 * const bytes = await encodeSafetensors({ bias: tensor([0, 0]) });
 * console.log(Object.keys((await readSafetensors(bytes)).tensors)); // ['bias']
 * ```
 */
export async function encodeSafetensors(
  tensors: NamedTensors,
  options: SafetensorsOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const read = readOptions('encodeSafetensors', options, encodeKinds);
  return joinedBytes(await safetensorsPieces('encodeSafetensors', tensors, read));
}

/**
 * Returns the bytes of a safetensors file as several arrays: its header and its tensors. Tensors that need no
 * conversion share the memory of the given arrays.
 */
async function safetensorsPieces(
  op: string,
  tensors: NamedTensors,
  { metadata, float32As }: OptionValues<typeof encodeKinds>,
): Promise<Uint8Array[]> {
  const stored = [...(await toHostArrays(op, 'tensors', tensors))].map(([name, array]) =>
    storedForm(name, array, float32As),
  );
  stored.sort((a, b) => rankOf(b.dtype) - rankOf(a.dtype) || compareCodePoints(a.name, b.name));
  let end = 0;
  const infos = stored.map(({ name, dtype, shape, bytes }): [string, unknown] => {
    const start = end;
    end += bytes.length;
    return [name, { dtype, shape, data_offsets: [start, end] }];
  });
  const texts: [string, unknown][] = Object.keys(metadata).length === 0 ? [] : [[METADATA, metadata]];
  const header = new TextEncoder().encode(jsonOf([...texts, ...infos]));
  const padded = Math.ceil(header.length / 8) * 8;
  if (padded > MAX_HEADER) {
    throw new ManabiError(
      'argument',
      `The header would have ${padded} bytes, more than the limit of 100 MB. Write fewer tensors, shorter names or less metadata.`,
      {
        op: 'writeSafetensors',
        data: { bytes: padded },
      },
    );
  }
  const head = new Uint8Array(8 + padded).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(padded), true);
  head.set(header, 8);
  return [head, ...stored.map(({ bytes }) => bytes)];
}

/**
 * Encodes an object as JSON with its keys in the given order, even if they look like numbers, which JavaScript objects
 * would move to the front.
 */
function jsonOf(entries: readonly (readonly [string, unknown])[]): string {
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`;
}

function storedForm(name: string, { dtype, shape, data }: HostArray, float32As: 'F32' | 'F16' | 'BF16'): Stored {
  if (name === METADATA) {
    throw new ManabiError(
      'argument',
      `Tensor name '${METADATA}' is reserved by the format. Rename the tensor; for text, use the option \`metadata\`.`,
      {
        op: 'writeSafetensors',
        data: { tensor: name },
      },
    );
  }
  if (dtype === 'float32' && float32As !== 'F32') {
    const floats = Float32Array.from(data);
    const narrow = float32As === 'F16' ? float32ToFloat16(floats) : toBfloat16(floats);
    return { name, dtype: float32As, shape, bytes: new Uint8Array(narrow.buffer) };
  }
  return { name, dtype: storedAs[dtype], shape, bytes: bytesOfElements(dtype, data) };
}

/** Compares strings by code points, the order of their UTF-8 bytes; JavaScript compares UTF-16. */
function compareCodePoints(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i].codePointAt(0) ?? 0) - (right[i].codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

async function* yielded(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void, undefined> {
  yield* pieces;
}
