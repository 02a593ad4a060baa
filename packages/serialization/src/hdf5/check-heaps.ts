import { corruptHdf5 } from './hdf5-errors.ts';

/** `GCOL`, version 1, and three zeros: how a heap of texts begins. */
const SIGNATURE = [0x47, 0x43, 0x4f, 0x4c, 1, 0, 0, 0];
const HEAD = 16;

/**
 * Checks the heaps that hold texts (HDF5 File Format Specification 3.0, III.E): the library reads one without end whose
 * free space has no length.
 *
 * @throws FileError `corrupt` for a heap whose objects do not fill it
 */
export function checkHeaps(name: string, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = bytes.indexOf(SIGNATURE[0]); at >= 0; at = bytes.indexOf(SIGNATURE[0], at + 1)) {
    if (at + HEAD > bytes.length || !SIGNATURE.every((byte, i) => bytes[at + i] === byte)) continue;
    const end = at + Number(view.getBigUint64(at + 8, true));
    let object = at + HEAD;
    while (object + HEAD <= Math.min(end, bytes.length)) {
      const size = Number(view.getBigUint64(object + 8, true));
      // The free space, object 0, counts its own head.
      const step = view.getUint16(object, true) === 0 ? size : HEAD + Math.ceil(size / 8) * 8;
      if (step < HEAD || object + step > end) {
        throw corruptHdf5(name, `the heap of texts at byte ${at} is broken`, { offset: at, object });
      }
      object += step;
    }
  }
}
