import { type KindsOf, optional, readOptions, signal as signalKind } from '@manabi/errors';
import { joinedBytes, zipPieces } from '@manabi/files/internal';
import { type NamedTensors, toHostArrays } from '../elements/host-arrays.ts';
import {
  type Destination,
  openSource,
  type Source,
  type SourceOptions,
  sourceKinds,
  writeTo,
} from '../stores/index.ts';
import type { TorchContent } from './read.ts';

/** Options of `writeTorch`. */
export interface WriteTorchOptions {
  /** Signal that stops the write; the old file is then unchanged. */
  readonly signal?: AbortSignal;
}

const kinds = { signal: optional(signalKind) } satisfies KindsOf<WriteTorchOptions>;

/**
 * Reads the tensors of a file that `torch.save` wrote (`.pt`, `.pth`, `.bin`), in its ZIP format or the format before PyTorch 1.6.
 * No code in the file is executed: only tensors, dictionaries, lists and plain values are accepted, and any other Python class
 * or function is rejected by name. The tensor of a file with only one tensor is named `value`. Elements are converted as by
 * `readSafetensors`: narrow types are widened, and int64 becomes int32.
 *
 * @throws FileError `corrupt` for an invalid file; `unsupported` for other Python objects, with their name, for complex numbers
 * and floats of 8 bits, for integers beyond 32 bits, and for files of other formats; `tooLarge`; the codes of reading the source
 * @example
 * ```ts node-only
 * import { readTorch, tensor, writeTorch } from 'manabi';
 *
 * await writeTorch('model.pt', { 'fc.weight': tensor([[1, 2]]) });
 * const { tensors } = await readTorch('model.pt');
 * console.log(tensors['fc.weight'].shape); // [1, 2]
 * ```
 */
export async function readTorch(source: Source, options: SourceOptions = {}): Promise<TorchContent> {
  const reading = readOptions('readTorch', options, sourceKinds);
  const file = await openSource(source, reading);
  try {
    const { readTorchFile } = await import('./in-weights.ts');
    return await readTorchFile(file);
  } finally {
    await file.close();
  }
}

/**
 * Writes named tensors to a file that `torch.load(path, weights_only=True)` reads as a dictionary, such as the state dict of a
 * module. Elements of dtype uint32 become int64.
 *
 * @throws ManabiError `argument` for values that are not tensors, and for unknown options
 * @throws FileError the codes of `writeFileAtomic`
 * @example
 * ```ts node-only
 * import { readTorch, tensor, writeTorch } from 'manabi';
 *
 * await writeTorch('model.pt', { 'fc.weight': tensor([[1, 2]]), 'fc.bias': tensor([0]) });
 * const { tensors } = await readTorch('model.pt'); // in Python: torch.load('model.pt')
 * console.log(tensors['fc.weight'].shape); // [1, 2]
 * ```
 */
export async function writeTorch(
  destination: Destination,
  tensors: NamedTensors,
  options: WriteTorchOptions = {},
): Promise<void> {
  const { signal } = readOptions('writeTorch', options, kinds);
  const arrays = await toHostArrays('writeTorch', 'tensors', tensors);
  const { torchRecords } = await import('./in-weights.ts');
  await writeTo(destination, zipPieces(torchRecords(arrays)), { signal });
}

/**
 * Encodes named tensors as a PyTorch file and returns the bytes that `writeTorch` would write.
 *
 * @throws ManabiError `argument` unless all values are tensors or host arrays
 * @example
 * ```ts
 * import { encodeTorch, readTorch, tensor } from 'manabi';
 *
 * const bytes = await encodeTorch({ bias: tensor([0, 0]) });
 * console.log(Object.keys((await readTorch(bytes)).tensors)); // ['bias']
 * ```
 */
export async function encodeTorch(tensors: NamedTensors): Promise<Uint8Array<ArrayBuffer>> {
  const arrays = await toHostArrays('encodeTorch', 'tensors', tensors);
  const { torchRecords } = await import('./in-weights.ts');
  const pieces: Uint8Array[] = [];
  for await (const piece of zipPieces(torchRecords(arrays))) pieces.push(piece);
  return joinedBytes(pieces);
}
