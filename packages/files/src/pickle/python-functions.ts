import type { PickleContext } from './pickle-context.ts';
import type { PythonValue } from './python-values.ts';

const BYTES = new Set(['_codecs.encode', 'builtins.bytes', 'builtins.bytearray']);
/** Lists are the usual default of `collections.defaultdict`. */
const LISTS = new Set(['builtins.list', 'builtins.set', 'builtins.frozenset']);

/**
 * Returns whether a function of Python itself creates bytes, a list or a set; see `callPython`.
 *
 * @example
 * ```ts
 * import { isPythonFunction } from '@manabi/files/pickle';
 *
 * console.log(isPythonFunction('builtins.set')); // true
 * ```
 */
export function isPythonFunction(name: string): boolean {
  const modern = modernName(name);
  return BYTES.has(modern) || LISTS.has(modern);
}

/**
 * Calls a function of Python that creates bytes, a list or a set.
 *
 * @returns the result; undefined if the arguments are invalid
 * @example
 * ```ts
 * import { callPython, PickleContext } from '@manabi/files/pickle';
 *
 * const context = new PickleContext({ source: 'a.pkl', fix: 'Save only numbers.' }, 100);
 * console.log(callPython('builtins.set', [[1, 2]], context)); // [1, 2]
 * ```
 */
export function callPython(
  name: string,
  [first, encoding]: readonly PythonValue[],
  context: PickleContext,
): Uint8Array | PythonValue[] | undefined {
  const isList = LISTS.has(modernName(name));
  if (first === undefined) return isList ? [] : new Uint8Array(0);
  if (isList) return Array.isArray(first) ? first : undefined;
  return first instanceof Uint8Array ? first : encode(first, encoding, context);
}

/** Returns the bytes that Python 3 writes for Python 2: text, each character of which is one byte. */
function encode(text: PythonValue, encoding: PythonValue | undefined, context: PickleContext): Uint8Array | undefined {
  if (typeof text !== 'string' || (encoding !== 'latin1' && encoding !== 'latin-1')) return undefined;
  context.copy(text.length);
  return /[^\0-\xff]/.test(text) ? undefined : Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Python 2 calls the module `builtins` `__builtin__`. */
function modernName(name: string): string {
  return name.replace(/^__builtin__\./, 'builtins.');
}
