import { type HostArray, hostArray } from '@manabi/core';
import type { ElementType } from './datatype-message.ts';
import type { FileBytes } from './file-bytes.ts';
import { unsupportedHdf5 } from './hdf5-errors.ts';

/**
 * Elements of a file as a host array: floats and integers in the dtype that holds them all. float16 becomes float32;
 * 64-bit integers int32, as far as they fit.
 *
 * @param bytes as many as the shape needs
 * @throws FileError `unsupported` for elements that are no numbers, and for whole numbers that no int32 holds
 */
export function toHostArray(
  file: FileBytes,
  place: string,
  type: ElementType,
  shape: readonly number[],
  bytes: Uint8Array<ArrayBuffer>,
): HostArray {
  const count = shape.reduce((product, length) => product * length, 1);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (type.kind === 'bool')
    return hostArray(
      'bool',
      shape,
      Uint8Array.from(bytes, (byte) => (byte === 0 ? 0 : 1)),
    );
  if (type.kind === 'float') {
    if (type.size === 4) return hostArray('float32', shape, float32s(view, count, type.isBig));
    if (type.size === 8) {
      return hostArray('float64', shape, new Float64Array(filled(count, (i) => view.getFloat64(8 * i, !type.isBig))));
    }
    if (type.size === 2) {
      return hostArray(
        'float32',
        shape,
        new Float32Array(filled(count, (i) => half(view.getUint16(2 * i, !type.isBig)))),
      );
    }
  }
  if (type.kind === 'integer') {
    const { size, isSigned, isBig } = type;
    if (size === 1 && !isSigned) return hostArray('uint8', shape, bytes.slice(0, count));
    const read = integers[`${isSigned ? 'i' : 'u'}${size}`];
    if (read !== undefined)
      return whole(
        file,
        place,
        shape,
        filled(count, (i) => read(view, size * i, !isBig)),
        type,
      );
  }
  const what = type.kind === 'other' ? type.what : `${type.kind} of ${type.size} bytes`;
  throw unsupportedHdf5(file.name, `'${place}' holds ${what}`, { dataset: place });
}

function float32s(view: DataView, count: number, isBig: boolean): Float32Array {
  const values = new Float32Array(count);
  // A plain copy, where it can be one.
  if (!isBig && isLittleEndian) {
    new Uint8Array(values.buffer).set(new Uint8Array(view.buffer, view.byteOffset, count * 4));
    return values;
  }
  for (let i = 0; i < count; i++) values[i] = view.getFloat32(4 * i, !isBig);
  return values;
}

const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

type ReadInteger = (view: DataView, at: number, little: boolean) => number;

const integers: Readonly<Record<string, ReadInteger>> = {
  i1: (view, at) => view.getInt8(at),
  i2: (view, at, little) => view.getInt16(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  i8: (view, at, little) => Number(view.getBigInt64(at, little)),
  u2: (view, at, little) => view.getUint16(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  u8: (view, at, little) => Number(view.getBigUint64(at, little)),
};

function whole(
  file: FileBytes,
  place: string,
  shape: readonly number[],
  values: Float64Array,
  { size, isSigned }: { readonly size: number; readonly isSigned: boolean },
): HostArray {
  if (size === 4 && !isSigned) return hostArray('uint32', shape, Uint32Array.from(values));
  const outside = values.find((value) => value !== Math.trunc(value) || Math.abs(value) > 2 ** 31 - 1);
  if (outside === undefined) return hostArray('int32', shape, Int32Array.from(values));
  throw unsupportedHdf5(file.name, `'${place}' holds ${outside}, which int32 cannot hold`, {
    dataset: place,
    value: outside,
  });
}

function filled(count: number, at: (i: number) => number): Float64Array {
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = at(i);
  return values;
}

/** The number of an IEEE half. */
function half(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
