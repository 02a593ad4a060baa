import { type DType, dtypeNames, dtypes, type ElementArray, sizeOf } from '@manabi/ir';
import { isHostArray, isPlainObject } from '../structure.ts';

/** Deepest structure that is written. */
const DEEPEST = 100;

/** Typed arrays that elements may contain, by name. */
const ARRAYS = {
  Float32Array,
  Float64Array,
  Int32Array,
  Uint32Array,
  Uint8Array,
  Int16Array,
  Uint16Array,
  Int8Array,
  BigInt64Array,
  BigUint64Array,
};

/**
 * Encodes an element as bytes: a description in JSON, followed by the contents of its arrays.
 *
 * @returns an object with the reason for values that cannot be encoded
 */
export function encodeElement(element: unknown): Uint8Array | { readonly problem: string } {
  const contents: Uint8Array[] = [];
  let problem: string | undefined;
  const add = (view: ArrayBufferView): void => {
    contents.push(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  };
  const describe = (value: unknown, depth: number): unknown => {
    if (depth > DEEPEST) problem = 'too many levels';
    else if (value === undefined) return ['u'];
    else if (value === null || typeof value === 'boolean') return value;
    else if (typeof value === 'string') return ['s', value];
    else if (typeof value === 'number') {
      add(Float64Array.of(value));
      return ['n'];
    } else if (typeof value === 'bigint') return ['b', String(value)];
    else if (isHostArray(value)) {
      add(value.data);
      return ['h', value.dtype, value.shape];
    } else if (ArrayBuffer.isView(value) && 'length' in value && arrayName(value) in ARRAYS) {
      add(value);
      return ['t', arrayName(value), value.byteLength];
    } else if (Array.isArray(value)) return ['a', ...value.map((item) => describe(item, depth + 1))];
    else if (isPlainObject(value)) {
      return ['o', ...Object.entries(value).map(([key, item]) => [key, describe(item, depth + 1)])];
    } else problem ??= `a value of type ${Object.prototype.toString.call(value).slice(8, -1)}`;
    return null;
  };
  const json = new TextEncoder().encode(JSON.stringify(describe(element, 0)));
  if (problem !== undefined) return { problem };
  const size = contents.reduce((sum, { length }) => sum + length, 4 + json.length);
  const bytes = new Uint8Array(size);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 4);
  let at = 4 + json.length;
  for (const content of contents) {
    bytes.set(content, at);
    at += content.length;
  }
  return bytes;
}

function arrayName(value: ArrayBufferView): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** Decodes the bytes of an element; returns undefined for invalid bytes. */
export function decodeElement(bytes: Uint8Array): { readonly value: unknown } | undefined {
  if (bytes.length < 4) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  let at = 4 + length;
  /** Returns a copy of the next bytes, whose start is aligned. */
  const take = (count: number): ArrayBuffer => {
    if (!(count >= 0) || at + count > bytes.length) throw new RangeError('the contents end early');
    const { buffer } = bytes.slice(at, at + count);
    at += count;
    if (!(buffer instanceof ArrayBuffer)) throw new RangeError('the bytes are shared');
    return buffer;
  };
  const read = (part: unknown): unknown => {
    if (part === null || typeof part === 'boolean') return part;
    if (!Array.isArray(part)) throw new RangeError('a part has no type');
    const [type, ...rest]: unknown[] = part;
    if (type === 'u') return undefined;
    if (type === 's' && typeof rest[0] === 'string') return rest[0];
    if (type === 'n') return new Float64Array(take(8))[0];
    if (type === 'b' && typeof rest[0] === 'string') return BigInt(rest[0]);
    if (type === 'h' && isDType(rest[0]) && isShape(rest[1])) return hostArrayOf(rest[0], rest[1], take);
    if (type === 't' && typeof rest[0] === 'string' && Object.hasOwn(ARRAYS, rest[0])) {
      // The name was checked above.
      return new ARRAYS[rest[0] as keyof typeof ARRAYS](take(Number(rest[1])));
    }
    if (type === 'a') return rest.map(read);
    if (type === 'o')
      return Object.fromEntries(rest.map((entry) => (Array.isArray(entry) ? [entry[0], read(entry[1])] : [])));
    throw new RangeError('a part has an unknown type');
  };
  try {
    return { value: read(JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)))) };
  } catch (error) {
    if (error instanceof RangeError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isDType(value: unknown): value is DType {
  return dtypeNames.some((name) => name === value);
}

function isShape(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((length) => Number.isSafeInteger(length) && length >= 0);
}

function hostArrayOf(dtype: DType, shape: readonly number[], take: (count: number) => ArrayBuffer): object {
  // An array without elements tells the type of the elements in host memory.
  const { BYTES_PER_ELEMENT } = dtypes[dtype].create(0);
  const copied = new Uint8Array(take(sizeOf(shape) * BYTES_PER_ELEMENT));
  const data: ElementArray = dtypes[dtype].create(sizeOf(shape));
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength).set(copied);
  return { dtype, shape, data };
}
