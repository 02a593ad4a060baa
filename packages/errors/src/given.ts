const MOST_KEYS = 6;
const MOST_ITEMS = 8;
const MOST_CHARACTERS = 40;

/**
 * Describes a value in words for an error message, such as `the string "relu"`, `an array of length 3` or
 * `an instance of Map`. The text has a bounded length, and no method of the value is called except getters.
 *
 * @example
 * ```ts
 * import { describeGiven } from '@manabi/errors/internal';
 *
 * console.log(describeGiven('relu')); // the string "relu"
 * console.log(describeGiven([1, 2, 3])); // an array of length 3
 * console.log(describeGiven({ x: 1, y: 2 })); // an object with x, y
 * ```
 */
export function describeGiven(given: unknown): string {
  if (typeof given === 'string') return `the string ${formatGiven(given)}`;
  if (typeof given === 'number' || typeof given === 'bigint') return `the ${typeof given} ${given}`;
  return typeof given === 'object' && given !== null ? describeSafely(given, false) : formatGiven(given);
}

/**
 * Formats a received value for an error message, where it follows "got": primitive values and short arrays of them
 * appear as in code (`"relu"`, `[1, 2]`), other values in the words of `describeGiven`.
 *
 * @example
 * ```ts
 * import { formatGiven } from '@manabi/errors/internal';
 *
 * console.log(formatGiven([2, 'a'])); // '[2, "a"]'
 * console.log(formatGiven(new Map())); // an instance of Map
 * ```
 */
export function formatGiven(given: unknown): string {
  if (given === null || given === undefined || typeof given === 'boolean') return String(given);
  switch (typeof given) {
    case 'string':
      return JSON.stringify(given.length > MOST_CHARACTERS ? `${given.slice(0, MOST_CHARACTERS)}…` : given);
    case 'number':
      return Object.is(given, -0) ? '-0' : String(given);
    case 'bigint':
      return `${given}n`;
    case 'function':
      return describeFunction(given);
    case 'symbol':
      return 'a symbol';
    default:
      return describeSafely(given, true);
  }
}

/**
 * Describes an object in words; returns "an object that cannot be read" if accessing it throws, as for a revoked proxy.
 */
function describeSafely(given: object, showsItems: boolean): string {
  try {
    if (Array.isArray(given)) return describeArray(given, showsItems);
    if (ArrayBuffer.isView(given)) return withArticle(given.constructor.name);
    return describeObject(given);
  } catch {
    return 'an object that cannot be read';
  }
}

function describeFunction(given: { readonly name?: unknown }): string {
  try {
    return typeof given.name === 'string' && given.name !== '' ? `the function ${given.name}` : 'a function';
  } catch {
    return 'a function';
  }
}

function describeArray(given: readonly unknown[], showsItems: boolean): string {
  const isPlain = (item: unknown): boolean => item === null || ['string', 'number', 'boolean'].includes(typeof item);
  if (showsItems && given.length > 0 && given.length <= MOST_ITEMS && given.every(isPlain)) {
    return `[${given.map(formatGiven).join(', ')}]`;
  }
  return `an array of length ${given.length}`;
}

function describeObject(given: object): string {
  if (given instanceof Promise) return 'a promise';
  // A plain object of another realm (a frame or a vm context) has another Object.prototype, but that one has no
  // prototype either.
  const prototype: unknown = Object.getPrototypeOf(given);
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  // The constructor of a generator has no name, but Object.prototype.toString returns "[object Generator]".
  const tag = Object.prototype.toString.call(given).slice('[object '.length, -1);
  if (!isPlain) return `an instance of ${given.constructor?.name || tag}`;
  if ('dtype' in given && 'data' in given && 'shape' in given && Array.isArray(given.shape)) {
    return `a host array ${describeType(given.dtype, given.shape)}`;
  }
  const keys = Object.keys(given);
  if (keys.length === 0) return 'an empty object';
  return `an object with ${keys.slice(0, MOST_KEYS).join(', ')}${keys.length > MOST_KEYS ? ', …' : ''}`;
}

function describeType(dtype: unknown, shape: readonly unknown[]): string {
  const lengths = shape.slice(0, MOST_ITEMS).map((length) => (typeof length === 'number' ? String(length) : '?'));
  return `${typeof dtype === 'string' ? dtype.slice(0, MOST_CHARACTERS) : '?'}[${lengths.join(', ')}${shape.length > MOST_ITEMS ? ', …' : ''}]`;
}

function withArticle(noun: string): string {
  return `${/^[AEIOU](?!int)/.test(noun) ? 'an' : 'a'} ${noun}`;
}
