import { unzlibSync } from 'fflate';
import type { FileBytes, Reader } from './file-bytes.ts';
import { corruptHdf5, unsupportedHdf5 } from './hdf5-errors.ts';

const NAMES: Readonly<Record<number, string>> = { 4: 'szip', 5: 'nbit', 6: 'scale-offset', 32000: 'lzf' };

interface Filter {
  readonly id: number;
  readonly values: readonly number[];
}

/**
 * The elements of a chunk, after its filters were undone.
 *
 * @param filters the pipeline message; undefined without one
 * @param mask bits of filters that were left out for this chunk
 * @throws FileError `corrupt`; `unsupported` for filters other than gzip, shuffle and fletcher32
 */
export function unpackChunk(
  file: FileBytes,
  place: string,
  data: Reader,
  filters: Reader | undefined,
  mask: number,
  elementSize: number,
  size: number,
): Uint8Array {
  let bytes: Uint8Array = file.at(data.position - file.base, data.left).bytes(data.left);
  const pipeline = filters === undefined ? [] : readPipeline(file, filters);
  for (const [i, { id, values }] of [...pipeline.entries()].reverse()) {
    if ((mask & (1 << i)) !== 0) continue;
    if (id === 1) bytes = inflate(file, place, bytes, size);
    else if (id === 2) bytes = unshuffle(bytes, values[0] ?? elementSize);
    else if (id === 3) bytes = bytes.subarray(0, Math.max(0, bytes.length - 4));
    else {
      throw unsupportedHdf5(file.name, `'${place}', which is packed by ${NAMES[id] ?? `filter ${id}`}`, {
        dataset: place,
        filter: id,
      });
    }
  }
  if (bytes.length === size) return bytes;
  throw corruptHdf5(file.name, `a chunk of '${place}' has ${bytes.length} bytes, not ${size}`, {
    dataset: place,
    expected: size,
    got: bytes.length,
  });
}

function readPipeline(file: FileBytes, body: Reader): readonly Filter[] {
  const version = body.u8();
  const count = body.u8();
  if (version !== 1 && version !== 2) {
    throw unsupportedHdf5(file.name, `filters of version ${version}`, { version });
  }
  if (version === 1) body.skip(6);
  return Array.from({ length: count }, () => {
    const id = body.u16();
    const nameLength = version === 1 || id >= 256 ? body.u16() : 0;
    body.skip(2);
    const valueCount = body.u16();
    body.skip(version === 1 ? Math.ceil(nameLength / 8) * 8 : nameLength);
    const values = Array.from({ length: valueCount }, () => body.u32());
    if (version === 1 && valueCount % 2 === 1) body.skip(4);
    return { id, values };
  });
}

function inflate(file: FileBytes, place: string, packed: Uint8Array, size: number): Uint8Array {
  try {
    // One byte more than it may make, which shows whether it made more.
    return unzlibSync(packed, { out: new Uint8Array(size + 1) });
  } catch (error) {
    throw corruptHdf5(file.name, `a chunk of '${place}' cannot be unpacked (${String(error)})`, { dataset: place });
  }
}

/** Bytes of one significance lie together: back to elements. */
function unshuffle(bytes: Uint8Array, size: number): Uint8Array {
  if (size <= 1) return bytes;
  const count = Math.floor(bytes.length / size);
  const result = bytes.slice();
  for (let i = 0; i < count; i++) {
    for (let part = 0; part < size; part++) result[i * size + part] = bytes[part * count + i];
  }
  return result;
}
