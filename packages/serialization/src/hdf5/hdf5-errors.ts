import { FileError } from '@manabi/files';

/** The error for a file that is not HDF5, or is damaged. */
export function corruptHdf5(source: string, what: string, data: Readonly<Record<string, unknown>> = {}): FileError {
  return new FileError('corrupt', `${source} is not a valid HDF5 file: ${what}. Save it again, or download it again.`, {
    data: { source, ...data },
  });
}

/** The error for a feature of HDF5 that is not supported. */
export function unsupportedHdf5(source: string, what: string, data: Readonly<Record<string, unknown>> = {}): FileError {
  return new FileError(
    'unsupported',
    `${source} uses a feature of HDF5 that is not supported: ${what}. Save it again with h5py's defaults.`,
    { data: { source, ...data } },
  );
}

/** The error for a file that asks for more memory or time than a file of its size may. */
export function tooLargeHdf5(source: string, what: string, data: Readonly<Record<string, unknown>> = {}): FileError {
  return new FileError('tooLarge', `Refused to read ${source}: ${what}.`, { data: { source, ...data } });
}
