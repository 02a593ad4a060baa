import { FileError } from '@manabi/files';

/** Facts of an error, beside the archive's name. */
type Facts = Readonly<Record<string, unknown>>;

/** The error for an archive that breaks the rules of ZIP. */
export function corruptZip(source: string, problem: string, facts: Facts = {}): FileError {
  return new FileError('corrupt', `${source} is damaged, or no ZIP archive: ${problem}. Fetch or save it again.`, {
    data: { source, ...facts },
  });
}

/** The error for an archive that is more than its reader takes. */
export function zipTooLarge(source: string, problem: string, facts: Facts): FileError {
  return new FileError('tooLarge', `${source} is refused: ${problem}. Raise the limit if the file is trusted.`, {
    data: { source, ...facts },
  });
}

/** The error for what ZIP knows and this reader does not. */
export function unsupportedZip(source: string, problem: string, facts: Facts): FileError {
  return new FileError('unsupported', `${source} cannot be read: ${problem}.`, { data: { source, ...facts } });
}
