/**
 * What someone gave in place of what was wanted, as messages name it: `undefined`, `the string "relu"`, `an array of
 * length 3`, `a Float32Array`, `a promise`, `a host array float32[2, 3]`, `an object with x, y`, `an instance of Map`.
 */
export function describeGiven(given: unknown): string {
  if (given === null || given === undefined) return String(given);
  if (Array.isArray(given)) return `an array of length ${given.length}`;
  if (ArrayBuffer.isView(given)) return withArticle(given.constructor.name);
  if (typeof given === 'object') return describeObject(given);
  if (typeof given === 'string') return `the string ${JSON.stringify(shortened(given))}`;
  if (typeof given === 'number' || typeof given === 'bigint') return `the ${typeof given} ${given}`;
  if (typeof given === 'function') return given.name === '' ? 'a function' : `the function ${given.name}`;
  return typeof given === 'boolean' ? String(given) : `a ${typeof given}`;
}

function describeObject(given: object): string {
  if (given instanceof Promise) return 'a promise';
  // Objects of another realm are plain, too: their prototype has none itself.
  const prototype: unknown = Object.getPrototypeOf(given);
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  // Generators and the like have no constructor with a name, but a tag: [object Generator].
  const tag = Object.prototype.toString.call(given).slice('[object '.length, -1);
  if (!isPlain) return `an instance of ${given.constructor?.name || tag}`;
  if ('dtype' in given && 'data' in given && 'shape' in given && Array.isArray(given.shape)) {
    return `a host array ${given.dtype}[${given.shape.join(', ')}]`;
  }
  const keys = Object.keys(given);
  if (keys.length === 0) return 'an object without fields';
  return `an object with ${keys.slice(0, MOST_KEYS).join(', ')}${keys.length > MOST_KEYS ? ', …' : ''}`;
}

const MOST_KEYS = 6;
const MOST_CHARACTERS = 40;

function shortened(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

function withArticle(noun: string): string {
  return `${/^[AEIOU](?!int)/.test(noun) ? 'an' : 'a'} ${noun}`;
}
