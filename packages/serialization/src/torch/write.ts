import type { DType, HostArray } from '@manabi/core';
import { type KindsOf, optional, readOptions, signal as signalKind } from '@manabi/errors';
import { bytesOfElements } from '../elements/element-kind.ts';
import { type NamedTensors, toHostArrays } from '../elements/host-arrays.ts';
import { joinedBytes } from '../joined-bytes.ts';
import { type Destination, writeTo } from '../stores/index.ts';
import { type ZipInput, zipPieces } from '../zip/index.ts';
import { PickleSink } from './pickle-sink.ts';

/** Options of `writeTorch`. */
export interface WriteTorchOptions {
  /** Signal that stops the write; the old file is then unchanged. */
  readonly signal?: AbortSignal;
}

const kinds = { signal: optional(signalKind) } satisfies KindsOf<WriteTorchOptions>;

/** Storage class of PyTorch for each dtype. PyTorch has no storage of uint32, which becomes int64. */
const STORAGES: { readonly [D in DType]: string } = {
  float64: 'DoubleStorage',
  float32: 'FloatStorage',
  float16: 'HalfStorage',
  int32: 'IntStorage',
  uint32: 'LongStorage',
  uint8: 'ByteStorage',
  bool: 'BoolStorage',
};

/**
 * Writes named tensors to a file that `torch.load(path, weights_only=True)` reads as a dictionary, such as the state dict of a
 * module. Elements of dtype uint32 become int64.
 *
 * @throws ManabiError `argument` for values that are not tensors, and for unknown options
 * @throws FileError the codes of `writeFileAtomic`
 * @example
 * ```ts
 * await writeTorch('model.pt', { 'fc.weight': tensor([[1, 2]]), 'fc.bias': tensor([0]) });
 * ```
 */
export async function writeTorch(
  destination: Destination,
  tensors: NamedTensors,
  options: WriteTorchOptions = {},
): Promise<void> {
  const { signal } = readOptions('writeTorch', options, kinds);
  await writeTo(destination, zipPieces(recordsOf(await toHostArrays('writeTorch', 'tensors', tensors))), { signal });
}

/**
 * Encodes named tensors as a PyTorch file and returns the bytes that `writeTorch` would write.
 *
 * @example
 * ```ts
 * const bytes = await encodeTorch({ bias: tensor([0, 0]) });
 * Object.keys((await readTorch(bytes)).tensors); // => ['bias']
 * ```
 */
export async function encodeTorch(tensors: NamedTensors): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  for await (const piece of zipPieces(recordsOf(await toHostArrays('encodeTorch', 'tensors', tensors))))
    pieces.push(piece);
  return joinedBytes(pieces);
}

function recordsOf(arrays: ReadonlyMap<string, HostArray>): readonly ZipInput[] {
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  const pickle = new PickleSink().dictOf(
    [...arrays].map(([name, { dtype, shape }], i) => [name, { storage: STORAGES[dtype], key: String(i), shape }]),
  );
  const data = [...arrays.values()].map((array, i) => ({ name: `archive/data/${i}`, data: storedBytes(array) }));
  return [
    { name: 'archive/data.pkl', data: pickle },
    { name: 'archive/byteorder', data: text('little') },
    ...data,
    { name: 'archive/version', data: text('3\n') },
  ];
}

function storedBytes({ dtype, data }: HostArray): Uint8Array {
  if (dtype !== 'uint32') return bytesOfElements(dtype, data);
  const wide = new BigInt64Array(data.length);
  for (let i = 0; i < data.length; i++) wide[i] = BigInt(data[i]);
  return new Uint8Array(wide.buffer);
}
