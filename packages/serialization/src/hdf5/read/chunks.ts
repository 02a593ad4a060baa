import { corruptHdf5 } from '../hdf5-errors.ts';
import type { Chunk, Grid } from './chunk-index/chunk.ts';
import { chunksOf } from './chunk-index/chunk-index.ts';
import type { DatasetFacts } from './dataset-facts.ts';
import { type Filter, readFilters, unpackChunk } from './filters.ts';
import type { Hdf5File } from './hdf5-file.ts';
import type { Hdf5Object } from './hdf5-object.ts';
import type { Layout } from './layout.ts';
import { messageTypes } from './object-header.ts';

/**
 * Reads the elements of a chunked dataset.
 *
 * @param filled returns an array filled with the fill value, into which the chunks are copied
 * @throws FileError the codes of `readElements`
 */
export async function readChunks(
  file: Hdf5File,
  object: Hdf5Object,
  facts: DatasetFacts,
  { chunk, elementSize: stored, index, isEdgePlain }: Extract<Layout, { readonly kind: 'chunked' }>,
  filled: () => Promise<Uint8Array<ArrayBuffer>>,
): Promise<Uint8Array<ArrayBuffer>> {
  const { path, space, elementSize } = facts;
  const { shape, maxShape } = space;
  if (chunk.length !== shape.length || stored !== elementSize) {
    throw corruptHdf5(
      file.name,
      `the chunks [${chunk.join(', ')}] of dataset '${path}' do not fit its shape [${shape.join(', ')}]`,
      { dataset: path, shape, chunk },
    );
  }
  const pipeline = await object.find(messageTypes.filters);
  const filters = pipeline === undefined ? [] : readFilters(pipeline, path);
  const chunkSize = chunk.reduce((product, length) => product * length, elementSize);
  const grid: Grid = {
    path,
    chunk,
    counts: shape.map((length, axis) => Math.ceil(length / chunk[axis])),
    maxCounts: maxShape.map((most, axis) => (most === null ? null : Math.ceil(most / chunk[axis]))),
    chunkSize,
    isFiltered: filters.length > 0,
  };
  const chunks = await chunksOf(file, index, grid);
  const result = await filled();
  for (const each of chunks) {
    const offsets = each.position.map((at, axis) => at * chunk[axis]);
    // A dataset that was made smaller may still have chunks outside its shape.
    if (offsets.some((offset, axis) => offset >= shape[axis])) continue;
    file.unpack(chunkSize, path);
    const isPlain = isEdgePlain && offsets.some((offset, axis) => offset + chunk[axis] > shape[axis]);
    const bytes = await readChunk(file, facts, each, chunkSize, isPlain ? [] : filters);
    copyChunk(result, shape, bytes, chunk, offsets, elementSize);
  }
  return result;
}

async function readChunk(
  file: Hdf5File,
  { path, elementSize }: DatasetFacts,
  { address, length, mask }: Chunk,
  size: number,
  filters: readonly Filter[],
): Promise<Uint8Array<ArrayBuffer>> {
  const packed = await file.stored(address, length, path);
  return unpackChunk({ source: file.name, path, elementSize, size }, packed, filters, mask);
}

/** Copies the elements of a chunk to their positions in the dataset, except those outside the shape of the dataset. */
function copyChunk(
  target: Uint8Array,
  shape: readonly number[],
  chunk: Uint8Array,
  lengths: readonly number[],
  offsets: readonly number[],
  elementSize: number,
): void {
  const last = shape.length - 1;
  const copy = (axis: number, targetAt: number, chunkAt: number): void => {
    const count = Math.min(lengths[axis], shape[axis] - offsets[axis]);
    const to = targetAt * shape[axis] + offsets[axis];
    const from = chunkAt * lengths[axis];
    if (axis === last) target.set(chunk.subarray(from * elementSize, (from + count) * elementSize), to * elementSize);
    else for (let i = 0; i < count; i++) copy(axis + 1, to + i, from + i);
  };
  copy(0, 0, 0);
}
