import { FileError } from '../file-error.ts';

/** Values for the `data` of an error, in addition to the name of the archive. */
type Facts = Readonly<Record<string, unknown>>;

/** Returns the error for an invalid ZIP archive. */
export function corruptZip(source: string, problem: string, facts: Facts = {}): FileError {
  return new FileError('corrupt', `Cannot read ${source} as a ZIP archive: ${problem}. Download or save it again.`, {
    data: { source, ...facts },
  });
}

/** Returns the error for a ZIP archive that exceeds a limit. */
export function zipTooLarge(source: string, problem: string, facts: Facts): FileError {
  return new FileError('tooLarge', `Refused to read ${source}: ${problem}. Raise the limit if the file is trusted.`, {
    data: { source, ...facts },
  });
}

/** Returns the error for an unsupported feature of ZIP. */
export function unsupportedZip(source: string, problem: string, facts: Facts): FileError {
  return new FileError('unsupported', `Cannot read the ZIP archive ${source}: ${problem}.`, {
    data: { source, ...facts },
  });
}
