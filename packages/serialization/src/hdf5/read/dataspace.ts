import { corruptHdf5, unsupportedHdf5 } from '../hdf5-errors.ts';
import type { Reader } from './reader.ts';

/** Largest number of axes, as in HDF5. */
const MOST_AXES = 32;

/** Shape of a dataset or attribute. */
export interface Dataspace {
  readonly shape: readonly number[];
  /** Largest length of each axis; null for unlimited. */
  readonly maxShape: readonly (number | null)[];
}

/**
 * Reads a dataspace message (HDF5 File Format Specification 3.0, IV.A.2.b); null if it has no elements.
 *
 * @throws FileError `corrupt` for shapes with too many elements or axes
 */
export function readDataspace(body: Reader): Dataspace | null {
  const { name } = body.file;
  const version = body.u8();
  const rank = body.u8();
  const flags = body.u8();
  if (version !== 1 && version !== 2) throw unsupportedHdf5(name, `dataspace version ${version}`, { version });
  const kind = version === 1 ? 1 : body.u8();
  if (version === 1) body.skip(5);
  if (kind === 2) return null;
  if (rank > MOST_AXES)
    throw corruptHdf5(name, `a shape at byte ${body.origin} has ${rank} axes, more than ${MOST_AXES}`, { rank });
  const shape = Array.from({ length: rank }, () => body.length());
  const maxShape = (flags & 1) === 0 ? shape : shape.map(() => body.limit());
  const size = shape.reduce((product, length) => product * length, 1);
  const isWithin = maxShape.every((most, axis) => most === null || most >= shape[axis]);
  if (Number.isSafeInteger(size) && isWithin) return { shape, maxShape };
  throw corruptHdf5(name, `the shape [${shape.join(', ')}] at byte ${body.origin} is impossible`, { shape, maxShape });
}
