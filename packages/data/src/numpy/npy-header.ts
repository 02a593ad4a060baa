import { formatGiven } from '@manabi/errors/internal';
import type { Shape } from '@manabi/ir';
import type { ElementKind, ElementLocation } from './element-kind.ts';
import { corruptNpy, unsupportedElements } from './errors.ts';

/** Header of an `.npy` file. */
export interface NpyHeader {
  /** Type of the elements; `object` for Python objects. */
  readonly kind: ElementKind | 'object';
  readonly isBigEndian: boolean;
  /** Whether the array is in column-major order. */
  readonly isFortran: boolean;
  readonly shape: Shape;
  /** Position of the first element in bytes. */
  readonly end: number;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** Largest accepted `.npy` header in bytes; headers of numeric arrays have about a hundred. */
const MAX_HEADER = 1 << 16;
/** Largest number of axes, as in NumPy. */
const MAX_AXES = 64;

/** Element types by NumPy's type code. */
const kinds: Readonly<Record<string, ElementKind>> = {
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
  b1: 'bool',
};

/**
 * Parses the header of an `.npy` file, versions 1 to 3 of the format
 * (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).

 *
 * @param allowsObjects whether arrays of Python objects are accepted
 */
export function parseNpyHeader(
  bytes: Uint8Array<ArrayBuffer>,
  location: ElementLocation,
  allowsObjects = false,
): NpyHeader {
  if (bytes.length < 10 || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw corruptNpy(location, 'it does not start with the NumPy signature', { bytes: bytes.length });
  }
  const [major, minor] = bytes.subarray(6, 8);
  if (![1, 2, 3].includes(major) || minor !== 0) {
    throw corruptNpy(location, `format version ${major}.${minor} is unsupported, expected 1.0, 2.0 or 3.0`, {
      version: [major, minor],
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = major === 1 ? 10 : 12;
  if (bytes.length < start) {
    throw corruptNpy(location, `it is truncated at byte ${bytes.length}, inside the header`, { bytes: bytes.length });
  }
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const end = start + length;
  if (length > MAX_HEADER)
    throw corruptNpy(location, `its header has ${length} bytes, more than the limit of ${MAX_HEADER}`, { length });
  if (end > bytes.length) {
    const problem = `it is truncated at byte ${bytes.length}; the header ends at byte ${end}`;
    throw corruptNpy(location, problem, { bytes: bytes.length, expected: end });
  }
  // Only names of record fields can contain other characters than ASCII, and arrays of numbers have no fields.
  const text = new TextDecoder('latin1').decode(bytes.subarray(start, end));
  const { descr, isFortran, shape } = parseDictionary(text, location);
  if (allowsObjects && /^\|?O8?$/.test(descr)) return { kind: 'object', isBigEndian: false, isFortran, shape, end };
  const [, order, letters] = /^([<>|=]?)([a-zA-Z?]\d*)$/.exec(descr) ?? [];
  const name = letters === '?' ? 'b1' : letters;
  if (name === undefined || !Object.hasOwn(kinds, name)) throw unsupportedElements(location, descr);
  return { kind: kinds[name], isBigEndian: order === '>', isFortran, shape, end };
}

/** Parses the three entries of an `.npy` header, which is a Python dictionary. */
function parseDictionary(
  text: string,
  location: ElementLocation,
): { readonly descr: string; readonly isFortran: boolean; readonly shape: Shape } {
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  const wrong = (): Error => {
    const problem = `its header must be a dictionary with 'descr', 'fortran_order' and 'shape', got ${formatGiven(text)}`;
    return corruptNpy(location, problem, { header: text.slice(0, 200) });
  };
  const found: { descr?: string; isFortran?: boolean; shape?: Shape } = {};
  if (take(/\s*\{/y) === null) throw wrong();
  while (take(/\s*\}\s*$/y) === null) {
    const key = take(/\s*(['"])(descr|fortran_order|shape)\1\s*:\s*/y)?.[2];
    if (key === 'descr' && found.descr === undefined) {
      if (take(/[[(]/y) !== null) throw unsupportedElements(location, text.slice(at - 1, at + 60));
      found.descr = take(/(['"])([^'"]*)\1/y)?.[2];
      if (found.descr === undefined) throw wrong();
    } else if (key === 'fortran_order' && found.isFortran === undefined) {
      const truth = take(/True|False/y)?.[0];
      if (truth === undefined) throw wrong();
      found.isFortran = truth === 'True';
    } else if (key === 'shape' && found.shape === undefined) {
      found.shape = shapeOf(take(/\(([\d\s,L]*)\)/y)?.[1]);
      if (found.shape === undefined) throw wrong();
    } else throw wrong();
    take(/\s*,/y);
  }
  const { descr, isFortran, shape } = found;
  if (descr === undefined || isFortran === undefined || shape === undefined) throw wrong();
  return { descr, isFortran, shape };
}

/** Parses the lengths in a tuple such as `3, 4`; Python 2 wrote `3L`. */
function shapeOf(tuple: string | undefined): Shape | undefined {
  if (tuple === undefined) return undefined;
  const parts = tuple.split(',').map((part) => part.trim());
  if (parts.at(-1) === '') parts.pop();
  const lengths = parts.map((part) => (/^\d+L?$/.test(part) ? Number.parseInt(part, 10) : Number.NaN));
  return lengths.length <= MAX_AXES && lengths.every(Number.isSafeInteger) ? lengths : undefined;
}

/**
 * Encodes the header of a row-major array, byte for byte as NumPy 2 does.
 *
 * @example
 * ```ts
 * import { npyHeader } from '@manabi/data/internal';
 *
 * console.log(npyHeader('<f4', [2, 3]).length); // 128
 * ```
 */
export function npyHeader(descr: string, shape: Shape): Uint8Array<ArrayBuffer> {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  // NumPy pads the header so that a longer first length can be written in place.
  const room = shape.length === 0 ? 0 : 21 - String(shape[0]).length;
  const length = text.length + room + 1;
  const size = Math.ceil((10 + length) / 64) * 64;
  const bytes = new Uint8Array(size).fill(0x20);
  bytes.set([...MAGIC, 1, 0]);
  new DataView(bytes.buffer).setUint16(8, size - 10, true);
  bytes.set(new TextEncoder().encode(text), 10);
  bytes[size - 1] = 0x0a;
  return bytes;
}
