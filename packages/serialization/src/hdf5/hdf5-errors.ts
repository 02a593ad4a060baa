import { FileError } from '@manabi/files';

/** Returns the error for a file that is not HDF5, or is damaged. */
export function corruptHdf5(source: string, problem: string, data: Readonly<Record<string, unknown>> = {}): FileError {
  return new FileError('corrupt', `Cannot read ${source} as an HDF5 file: ${problem}. Save or download it again.`, {
    data: { source, ...data },
  });
}

/** Returns the error for an unsupported feature of HDF5. */
export function unsupportedHdf5(
  source: string,
  feature: string,
  data: Readonly<Record<string, unknown>> = {},
): FileError {
  return new FileError(
    'unsupported',
    `${source} uses an unsupported feature of HDF5: ${feature}. Save it again with h5py's defaults.`,
    { data: { source, ...data } },
  );
}

/** Returns the error for a file that requires more memory or time than the limit for its size. */
export function tooLargeHdf5(source: string, problem: string, data: Readonly<Record<string, unknown>> = {}): FileError {
  return new FileError('tooLarge', `Refused to read ${source}: ${problem}. The file may be damaged; save it again.`, {
    data: { source, ...data },
  });
}
