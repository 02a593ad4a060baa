import { corruptHdf5, unsupportedHdf5 } from '../hdf5-errors.ts';
import { isHdf5 } from '../signature.ts';
import type { Hdf5File } from './hdf5-file.ts';

/** Size in bytes of the longest superblock. */
const MOST_BYTES = 128;

/**
 * Reads the superblock (HDF5 File Format Specification 3.0, II.A), and sets the parameters for decoding the file.
 *
 * @returns the address of the root group
 * @throws FileError `corrupt` without a signature, or for a truncated file; `unsupported` for newer versions and multi-part
 * files
 */
export async function readSuperblock(file: Hdf5File): Promise<number> {
  const start = await signatureIn(file);
  const block = await file.head(start, MOST_BYTES);
  block.skip(8);
  const version = block.u8();
  if (version > 3) throw unsupportedHdf5(file.name, `superblock version ${version}`, { version });
  if (version < 2) block.skip(4);
  const [offsetSize, lengthSize] = [block.u8(), block.u8()];
  if (![2, 4, 8].includes(offsetSize) || ![2, 4, 8].includes(lengthSize)) {
    throw corruptHdf5(
      file.name,
      `its superblock states addresses of ${offsetSize} bytes and lengths of ${lengthSize}, expected 2, 4 or 8`,
    );
  }
  file.offsetSize = offsetSize;
  file.lengthSize = lengthSize;
  block.skip(version < 2 ? 9 + 4 * version : 1);
  const base = block.address() ?? 0;
  block.address();
  const end = block.address();
  const driver = version < 2 ? block.address() : null;
  if (driver !== null) throw unsupportedHdf5(file.name, 'a multi-part file');
  if (version < 2) block.skip(lengthSize);
  const root = block.address();
  if (version >= 2) block.checksum();
  // The base address in the superblock is wrong if bytes were added or removed at the start of the file.
  file.base = start;
  const size = end === null ? 0 : end - base + start;
  if (size > file.size) {
    throw corruptHdf5(file.name, `it is truncated to ${file.size} bytes, expected ${size}`, {
      expected: size,
      got: file.size,
    });
  }
  if (root === null) throw corruptHdf5(file.name, 'it has no root group');
  return root;
}

/** Finds the signature: at byte 0, or after a user block of 512, 1024, 2048, … bytes. */
async function signatureIn(file: Hdf5File): Promise<number> {
  for (let start = 0; start + 8 <= file.size; start = start === 0 ? 512 : start * 2) {
    if (isHdf5((await file.block(start, 8)).bytes)) return start;
  }
  throw corruptHdf5(file.name, 'it does not start with the HDF5 signature');
}
