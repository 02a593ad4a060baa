import { FileError } from '@manabi/files';

/** What says that a file is no HDF5, or broken. */
export function corruptHdf5(source: string, what: string, data: Readonly<Record<string, unknown>> = {}): FileError {
  return new FileError(
    'corrupt',
    `${source} is not a whole HDF5 file: ${what}. Load it where it came from, or download it again.`,
    { data: { source, ...data } },
  );
}

/** What says that a file holds something that is HDF5, but is not read here. */
export function unsupportedHdf5(source: string, what: string, data: Readonly<Record<string, unknown>> = {}): FileError {
  return new FileError('unsupported', `${source} holds what is not read here: ${what}. Save it again with h5py.`, {
    data: { source, ...data },
  });
}

/** What says that a file asks for more than it may. */
export function tooLargeHdf5(source: string, what: string, data: Readonly<Record<string, unknown>> = {}): FileError {
  return new FileError('tooLarge', `${source} is refused: ${what}.`, { data: { source, ...data } });
}
