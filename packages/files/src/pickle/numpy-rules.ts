import { ArrayUnderConstruction, ElementType, elementType } from './numpy-values.ts';
import type { PickleRules } from './pickle-rules.ts';
import { callPython, isPythonFunction } from './python-functions.ts';
import type { PythonValue } from './python-values.ts';
import { readPickle } from './read-pickle.ts';

/** Functions of NumPy that pickles may call, named without the modules that differ between versions. */
const CALLS: ReadonlyMap<string, (args: readonly PythonValue[]) => PythonValue | undefined> = new Map([
  ['multiarray._reconstruct', (): PythonValue => new ArrayUnderConstruction()],
  ['numeric._frombuffer', fromBuffer],
  ['dtype', ([code]: readonly PythonValue[]) => elementType(code)],
]);

/** Rules for pickles of plain values and NumPy arrays. Strings of Python 2 stay bytes, because they may be data. */
const NUMPY_RULES: PickleRules = {
  fix:
    'Only plain values (numbers, strings, lists, tuples, sets, dictionaries) and NumPy arrays are read, because other objects ' +
    'run code when they are loaded. Save the data in another format, such as .npz without objects.',
  isKnown: (name) => name === 'numpy.ndarray' || isPythonFunction(name) || CALLS.has(shortName(name)),
  call: ({ name }, args, context) =>
    isPythonFunction(name) ? callPython(name, args, context) : CALLS.get(shortName(name))?.(args),
  build: (target, state) =>
    target instanceof ArrayUnderConstruction || target instanceof ElementType ? target.setState(state) : false,
  python2String: (bytes) => bytes,
};

/**
 * Reads a Python pickle (protocols 0 to 5) of plain values: None, booleans, numbers, strings, bytes, lists, tuples, sets,
 * dictionaries and NumPy arrays. Lists, tuples and sets become arrays, dictionaries `Map`s, text of Python 2 and bytes
 * `Uint8Array`s, NumPy arrays `PickledArray`s. Keys that are bytes become text. Nothing is executed: a name of any other
 * class or function is an error.
 *
 * @param source name of the file for messages
 * @throws FileError `corrupt` for invalid bytes, `unsupported` for other objects, `tooLarge`
 * @example
 * ```ts
 * import { unpickle } from '@manabi/files/pickle';
 *
 * console.log(unpickle(Uint8Array.of(0x80, 2, 0x4b, 7, 0x2e), 'seven.pkl')); // 7
 * ```
 */
export function unpickle(bytes: Uint8Array, source: string): PythonValue {
  return readPickle(bytes, source, NUMPY_RULES).value;
}

function shortName(name: string): string {
  return name.replace(/^numpy\.(_?core\.)?/, '');
}

function fromBuffer([data, dtype, shape, order]: readonly PythonValue[]): PythonValue | undefined {
  const array = new ArrayUnderConstruction();
  return array.set(shape, dtype, order === 'F', data) ? array : undefined;
}
