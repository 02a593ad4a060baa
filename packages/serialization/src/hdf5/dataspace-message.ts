import type { Reader } from './file-bytes.ts';
import { corruptHdf5, unsupportedHdf5 } from './hdf5-errors.ts';

/** HDF5's own limit. */
const MOST_AXES = 32;

/**
 * Reads a dataspace message (HDF5 File Format Specification 3.0, IV.A.2.b): a shape; null for one without elements.
 *
 * @throws FileError `corrupt` for shapes whose number of elements is no number
 */
export function readDataspace(body: Reader): readonly number[] | null {
  const { name } = body.file;
  const version = body.u8();
  const rank = body.u8();
  body.skip(1);
  if (version !== 1 && version !== 2) throw unsupportedHdf5(name, `dataspaces of version ${version}`, { version });
  const kind = version === 1 ? 1 : body.u8();
  if (version === 1) body.skip(5);
  if (kind === 2) return null;
  if (rank > MOST_AXES) throw corruptHdf5(name, `a dataset has ${rank} axes`, { rank });
  const shape = Array.from({ length: rank }, () => body.length());
  const size = shape.reduce((product, length) => product * length, 1);
  if (Number.isSafeInteger(size)) return shape;
  throw corruptHdf5(name, `a dataset has the shape [${shape.join(', ')}]`, { shape });
}
