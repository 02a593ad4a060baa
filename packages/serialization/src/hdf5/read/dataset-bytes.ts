import { corruptHdf5, unsupportedHdf5 } from '../hdf5-errors.ts';
import type { DatasetFacts } from './dataset-facts.ts';
import type { Hdf5File } from './hdf5-file.ts';
import type { Hdf5Object } from './hdf5-object.ts';
import { readLayout } from './layout.ts';
import { messageTypes } from './object-header.ts';

/**
 * Reads all elements of a dataset in row-major order.
 *
 * @throws FileError `corrupt`; `tooLarge` for more elements than a file of this size can hold; `unsupported` for elements in
 * other files, and compression other than gzip
 */
export async function readElements(
  file: Hdf5File,
  object: Hdf5Object,
  facts: DatasetFacts,
): Promise<Uint8Array<ArrayBuffer>> {
  const { path, space, elementSize } = facts;
  if ((await object.find(messageTypes.externalFiles)) !== undefined) {
    throw unsupportedHdf5(file.name, `dataset '${path}' with elements in other files`, { dataset: path });
  }
  const message = await object.find(messageTypes.layout);
  if (message === undefined) throw corruptHdf5(file.name, `dataset '${path}' has no layout`, { dataset: path });
  const layout = readLayout(message, path);
  const size = space.shape.reduce((product, length) => product * length, elementSize);
  if (size === 0) return new Uint8Array(0);
  switch (layout.kind) {
    case 'compact':
      file.unpack(size, path);
      return exactly(file, facts, layout.data.take(Math.min(size, layout.data.left)), size);
    case 'contiguous': {
      const { address, length } = layout;
      if (address === null) return filled(file, object, facts, size);
      if (length !== null && length < size) throw tooShort(file, path, size, length);
      return file.stored(address, size, path);
    }
    case 'chunked': {
      const { readChunks } = await import('./chunks.ts');
      return readChunks(file, object, facts, layout, () => filled(file, object, facts, size));
    }
  }
}

function exactly(
  file: Hdf5File,
  { path }: DatasetFacts,
  bytes: Uint8Array<ArrayBuffer>,
  size: number,
): Uint8Array<ArrayBuffer> {
  if (bytes.length === size) return bytes;
  throw tooShort(file, path, size, bytes.length);
}

function tooShort(file: Hdf5File, path: string, expected: number, got: number): Error {
  return corruptHdf5(file.name, `dataset '${path}' has ${got} bytes, expected ${expected}`, {
    dataset: path,
    expected,
    got,
  });
}

/** Returns `size` bytes filled with the fill value, for elements that were never written. */
async function filled(
  file: Hdf5File,
  object: Hdf5Object,
  { path, elementSize }: DatasetFacts,
  size: number,
): Promise<Uint8Array<ArrayBuffer>> {
  file.unpack(size, path);
  const value = await fillValue(file, object, path, elementSize);
  const bytes = new Uint8Array(size);
  if (value.some((byte) => byte !== 0)) {
    for (let at = 0; at < size; at += elementSize) bytes.set(value, at);
  }
  return bytes;
}

/** Returns the fill value for unwritten elements (HDF5 File Format Specification 3.0, IV.A.2.e and IV.A.2.f). */
async function fillValue(
  file: Hdf5File,
  object: Hdf5Object,
  path: string,
  elementSize: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const message = await object.find(messageTypes.fillValue);
  const old = message === undefined ? await object.find(messageTypes.oldFillValue) : undefined;
  let value = new Uint8Array(0);
  if (old !== undefined) value = old.take(old.u32());
  if (message !== undefined) {
    const version = message.u8();
    if (version < 1 || version > 3) throw unsupportedHdf5(file.name, `fill value version ${version}`, { version });
    if (version < 3) message.skip(2);
    const flags = message.u8();
    const hasValue = version === 3 ? (flags & 0x20) !== 0 : version === 1 || flags !== 0;
    if (hasValue) value = message.take(message.u32());
  }
  if (value.length === elementSize) return value;
  if (value.length === 0) return new Uint8Array(elementSize);
  throw corruptHdf5(
    file.name,
    `the fill value of dataset '${path}' has ${value.length} bytes, expected ${elementSize}`,
    { dataset: path },
  );
}
