/**
 * Reference to a Python function or class. Nothing is imported or called.
 *
 * @example
 * ```ts
 * import { PythonGlobal } from '@manabi/files/pickle';
 *
 * console.log(new PythonGlobal('numpy.ndarray').name); // numpy.ndarray
 * ```
 */
export class PythonGlobal {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Object that the rules of a caller create for a call or a persistent id. */
export interface PythonObject {
  readonly kind: string;
}

/**
 * Python value in a pickle. Lists, tuples and sets are arrays, dictionaries are maps, bytes are `Uint8Array`s; an
 * integer that a number cannot represent exactly is a bigint.
 */
export type PythonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PythonValue[]
  | Map<PythonValue, PythonValue>
  | PythonGlobal
  | PythonObject;

/**
 * Decodes bytes whose values are the code points of characters.
 *
 * @example
 * ```ts
 * import { latin1 } from '@manabi/files/pickle';
 *
 * console.log(latin1(Uint8Array.of(97, 233))); // aé
 * ```
 */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text;
}

/** Returns a bigint as a number if a number represents it exactly. */
export function numberIfSafe(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
