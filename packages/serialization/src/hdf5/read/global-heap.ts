import { corruptHdf5 } from '../hdf5-errors.ts';
import type { Hdf5File } from './hdf5-file.ts';
import { once } from './hdf5-object.ts';
import type { Reader } from './reader.ts';

/**
 * Function that reads a text from a global heap. `element` contains the length of the text, the address of the heap and the
 * index of the object.
 */
export type ReadHeapText = (element: Reader) => Promise<string>;

/**
 * Returns a reader of variable-length texts in global heaps, which reads each heap once (HDF5 File Format Specification 3.0,
 * III.E).
 */
export function heapTextsOf(file: Hdf5File): ReadHeapText {
  const heap = once((address) => readHeap(file, address));
  return async (element) => {
    const length = element.u32();
    const address = element.address();
    const index = element.u32();
    // The attribute or element was created without a text.
    if (address === null || address === 0 || length === 0) return '';
    const object = (await heap(address)).get(index);
    if (object === undefined || object.left < length) {
      throw corruptHdf5(file.name, `the heap at address ${address} lacks the text ${index} of ${length} bytes`, {
        address,
        index,
      });
    }
    file.step(length, `byte ${object.origin}`);
    return object.at(0).text(length);
  };
}

/** Returns the objects of a global heap by index. */
async function readHeap(file: Hdf5File, address: number): Promise<ReadonlyMap<number, Reader>> {
  const head = await file.block(address, 8 + file.lengthSize);
  head.signature('GCOL');
  head.skip(4);
  const size = head.length();
  const objects = await file.block(address, size);
  // The header of the heap, the headers of objects and the objects are padded to multiples of 8 bytes.
  const headSize = aligned(8 + file.lengthSize);
  objects.skip(Math.min(headSize, objects.left));
  const found = new Map<number, Reader>();
  while (objects.left >= headSize) {
    const start = objects.position;
    const index = objects.u16();
    objects.skip(6);
    const length = objects.length();
    objects.skip(start + headSize - objects.position);
    // Object 0 is the free space at the end.
    if (index === 0) break;
    found.set(index, objects.part(length));
    objects.skip(Math.min(aligned(length) - length, objects.left));
  }
  return found;
}

function aligned(length: number): number {
  return Math.ceil(length / 8) * 8;
}
