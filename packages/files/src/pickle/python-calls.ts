import { ArrayUnderConstruction, ElementType, latin1 } from './python-values.ts';

/** Name of a Python function or class in a pickle. */
export class PythonName {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * The functions that a pickle may call, by name. Each is a plain computation of this file; no other name in a pickle is
 * looked up anywhere.
 */
const CALLS = new Map<string, (args: readonly unknown[]) => unknown>([
  ['multiarray._reconstruct', () => new ArrayUnderConstruction()],
  ['numeric._frombuffer', fromBuffer],
  ['dtype', ([code]) => elementType(code)],
  ['_codecs.encode', encode],
]);

/**
 * Calls a function by its Python name.
 *
 * @returns the result; undefined if pickles may not call the function, or the arguments are invalid
 */
export function callPython(name: string, args: readonly unknown[]): unknown {
  return CALLS.get(name.replace(/^numpy\.(_?core\.)?/, ''))?.(args);
}

/** Returns whether a pickle may name a Python function or class. */
export function isKnownName(name: string): boolean {
  return name === 'numpy.ndarray' || CALLS.has(name.replace(/^numpy\.(_?core\.)?/, ''));
}

function elementType(code: unknown): ElementType | undefined {
  const text = code instanceof Uint8Array ? latin1(code) : code;
  return typeof text === 'string' && /^[<>|=]?[a-zA-Z?]\d*$/.test(text) ? new ElementType(text) : undefined;
}

function fromBuffer([data, dtype, shape, order]: readonly unknown[]): ArrayUnderConstruction | undefined {
  const array = new ArrayUnderConstruction();
  return array.set(shape, dtype, order === 'F', data) ? array : undefined;
}

/** Python 3 writes bytes for Python 2 as text, each character of which is one byte. */
function encode([text, encoding]: readonly unknown[]): Uint8Array | undefined {
  if (typeof text !== 'string' || (encoding !== 'latin1' && encoding !== 'latin-1')) return undefined;
  return /[^\0-\xff]/.test(text) ? undefined : Uint8Array.from(text, (character) => character.charCodeAt(0));
}
