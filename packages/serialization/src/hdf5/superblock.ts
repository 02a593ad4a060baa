import type { FileBytes } from './file-bytes.ts';
import { corruptHdf5, unsupportedHdf5 } from './hdf5-errors.ts';

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** Whether bytes begin as an HDF5 file does. */
export function isHdf5(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => bytes[i] === byte);
}

/**
 * Reads the superblock, and tells the file how large addresses are.
 *
 * @returns the address of the root group
 * @throws FileError `corrupt` without a signature; `unsupported` for versions above 3
 */
export function readSuperblock(file: FileBytes): number {
  const start = signatureIn(file.bytes);
  if (start === null) throw corruptHdf5(file.name, 'it has no signature of HDF5');
  const block = file.at(start);
  block.skip(8);
  const version = block.u8();
  if (version > 3) throw unsupportedHdf5(file.name, `a superblock of version ${version}`, { version });
  if (version < 2) block.skip(4);
  const [offsetSize, lengthSize] = [block.u8(), block.u8()];
  if (![2, 4, 8].includes(offsetSize) || ![2, 4, 8].includes(lengthSize)) {
    throw corruptHdf5(file.name, `addresses have ${offsetSize} bytes, lengths ${lengthSize}`);
  }
  file.offsetSize = offsetSize;
  file.lengthSize = lengthSize;
  block.skip(version < 2 ? (version === 1 ? 13 : 9) : 1);
  const base = block.address();
  block.address();
  const end = block.address();
  if (end !== null && end > file.bytes.length) {
    throw corruptHdf5(file.name, `it should have ${end} bytes, but has ${file.bytes.length}`, {
      expected: end,
      got: file.bytes.length,
    });
  }
  if (version < 2) {
    block.address();
    block.skip(lengthSize);
  }
  const root = block.address();
  file.base = base ?? 0;
  if (root === null) throw corruptHdf5(file.name, 'it has no root');
  return root;
}

/** The signature is at the beginning, or behind a block of a user's: at 512, 1024, 2048, … */
function signatureIn(bytes: Uint8Array): number | null {
  for (let start = 0; start < bytes.length; start = start === 0 ? 512 : start * 2) {
    if (isHdf5(bytes.subarray(start))) return start;
  }
  return null;
}
