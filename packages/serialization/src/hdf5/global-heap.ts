import type { FileBytes, Reader } from './file-bytes.ts';
import { corruptHdf5 } from './hdf5-errors.ts';

/**
 * The text that an element of 4 + offset + 4 bytes refers to, in a global heap.
 *
 * @throws FileError `corrupt` if it is not there
 */
export function readHeapText(file: FileBytes, element: Reader): string {
  const length = element.u32();
  const address = element.address();
  const index = element.u32();
  if (address === null || length === 0) return '';
  const heap = file.at(address);
  heap.signature('GCOL');
  heap.skip(4);
  const size = heap.length();
  const objects = file.at(address, size);
  objects.skip(8 + file.lengthSize);
  while (objects.left >= 8 + file.lengthSize) {
    file.step();
    const found = objects.u16();
    objects.skip(6);
    const bytes = objects.length();
    if (found === index) return objects.part(bytes).text(Math.min(length, bytes));
    // Object 0 is the free space at the end.
    if (found === 0) break;
    objects.skip(Math.min(Math.ceil(bytes / 8) * 8, objects.left));
  }
  throw corruptHdf5(file.name, `a text is not in its heap`, { address, index });
}
