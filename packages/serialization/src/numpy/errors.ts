import { FileError } from '@manabi/files';
import type { ElementPlace } from '../elements/element-kind.ts';

/** The error for an array file that breaks the rules of the format. */
export function corruptNpy({ source, array }: ElementPlace, problem: string, facts: object = {}): FileError {
  const where = array === '' ? source : `'${array}' in ${source}`;
  return new FileError('corrupt', `${where} is damaged, or no NumPy array: ${problem}.`, {
    data: { source, array, ...facts },
  });
}

/** The error for an array whose elements are no numbers that anything here computes with. */
export function unsupportedElements({ source, array }: ElementPlace, descr: string): FileError {
  const where = array === '' ? source : `'${array}' in ${source}`;
  const why = descr.includes('O')
    ? 'Python objects, which could run programs when they are read'
    : `elements of type ${descr}`;
  return new FileError('unsupported', `${where} has ${why}. Arrays of numbers and truth values can be read.`, {
    data: { source, array, descr },
  });
}
