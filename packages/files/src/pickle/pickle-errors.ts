import { FileError } from '../file-error.ts';

/** Returns the error for bytes that are not a valid pickle. */
export function corruptPickle(source: string, problem: string, position: number): FileError {
  return new FileError(
    'corrupt',
    `Cannot read ${source} as a Python pickle: ${problem} at byte ${position}. Download or save it again.`,
    { data: { source, position } },
  );
}

/** Returns the error for a pickle that contains something other than plain values and NumPy arrays. */
export function unsupportedPickle(source: string, what: string, position: number): FileError {
  return new FileError(
    'unsupported',
    `Unsupported pickle ${source}: it contains ${what}. Only plain values (numbers, strings, lists, tuples, ` +
      'dictionaries) and NumPy arrays are read, because other objects run code when they are loaded. Save the data in ' +
      'another format, such as .npz without objects.',
    { data: { source, what, position } },
  );
}
