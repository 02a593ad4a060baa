import { type HostArray, hostArray } from '@manabi/core';
import { decodeElements, type ElementKind, elementKinds } from '@manabi/data/internal';
import { FileError } from '@manabi/files';
import { joinedBytes } from '@manabi/files/internal';
import { dtypes } from '@manabi/ir';
import type { ManifestArray, ManifestGroup } from './weights-manifest.ts';

/** Reads one of the files that a manifest lists, by its path relative to `model.json`. */
export type ReadShard = (path: string) => Promise<Uint8Array<ArrayBuffer>>;

/**
 * Reads the arrays of a weights manifest, in its order. Quantized arrays are converted to the dtype of the weight.
 *
 * @throws FileError `corrupt` if the files are shorter or longer than the arrays, or a name occurs twice; the codes of
 * `readShard`
 */
export async function readShards(
  source: string,
  groups: readonly ManifestGroup[],
  readShard: ReadShard,
): Promise<ReadonlyMap<string, HostArray>> {
  const arrays = new Map<string, HostArray>();
  for (const { paths, arrays: described } of groups) {
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    for (const path of paths) pieces.push(await readShard(path));
    const bytes = joinedBytes(pieces);
    const needed = described.reduce((sum, array) => sum + byteLength(array), 0);
    if (needed !== bytes.length) throw wrongLength(source, paths, needed, bytes.length);
    let from = 0;
    for (const array of described) {
      if (arrays.has(array.name)) throw duplicate(source, array.name);
      const to = from + byteLength(array);
      arrays.set(array.name, decoded(source, array, bytes.subarray(from, to)));
      from = to;
    }
  }
  return arrays;
}

function storedKind({ dtype, quantization }: ManifestArray): ElementKind {
  return quantization?.dtype ?? dtype;
}

function byteLength(array: ManifestArray): number {
  return array.shape.reduce((product, length) => product * length, elementKinds[storedKind(array)].bytes);
}

function decoded(source: string, array: ManifestArray, bytes: Uint8Array<ArrayBuffer>): HostArray {
  const { name, shape, dtype, quantization } = array;
  const stored = decodeElements(storedKind(array), bytes, { source, array: name });
  if (quantization === null) return hostArray(dtype, shape, stored);
  const values = dtypes[dtype].create(stored.length);
  const { scale, min } = quantization;
  const isFloat16 = quantization.dtype === 'float16';
  for (let i = 0; i < stored.length; i++) {
    const value = isFloat16 ? stored[i] : stored[i] * scale + min;
    values[i] = dtype === 'float32' ? value : Math.round(value);
  }
  return hostArray(dtype, shape, values);
}

function wrongLength(source: string, paths: readonly string[], expected: number, got: number): FileError {
  return new FileError(
    'corrupt',
    `Cannot read ${source}: its weights need ${expected} bytes, but ${paths.join(', ')} have ${got}. Download the files ` +
      'again.',
    { data: { source, paths, expected, got } },
  );
}

function duplicate(source: string, name: string): FileError {
  return new FileError('corrupt', `Cannot read ${source}: it contains array '${name}' twice. Export the model again.`, {
    data: { source, array: name },
  });
}
