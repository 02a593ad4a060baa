import { FileError } from '@manabi/files';
import type { ElementLocation } from './element-kind.ts';

/** Returns the error for an invalid NumPy array file. */
export function corruptNpy({ source, array }: ElementLocation, problem: string, facts: object = {}): FileError {
  const where = array === '' ? source : `'${array}' in ${source}`;
  return new FileError(
    'corrupt',
    `Cannot read ${where} as a NumPy array: ${problem}. Check the format, or save the file again.`,
    {
      data: { source, array, ...facts },
    },
  );
}

/** Returns the error for an array with an unsupported element type. */
export function unsupportedElements({ source, array }: ElementLocation, descr: string): FileError {
  const where = array === '' ? source : `'${array}' in ${source}`;
  const elements = descr.includes('O') ? 'Python objects, which can run code when loaded' : `elements of type ${descr}`;
  return new FileError(
    'unsupported',
    `Unsupported array ${where}: it contains ${elements}. Convert it to numbers or booleans with NumPy's astype().`,
    { data: { source, array, descr } },
  );
}
