import type { DType } from '@manabi/core';
import { ByteSink } from './byte-sink.ts';

/** Datatype message of each dtype (HDF5 File Format Specification 3.0, IV.A.2.d). */
const TYPES: { readonly [K in DType]: () => Uint8Array } = {
  float32: () => floatType(4, 31, 23, 8, 127),
  float64: () => floatType(8, 63, 52, 11, 1023),
  float16: () => floatType(2, 15, 10, 5, 15),
  int32: () => integerType(4, true),
  uint32: () => integerType(4, false),
  uint8: () => integerType(1, false),
  // The same enumeration as h5py writes for bool.
  bool: () =>
    new ByteSink()
      .u8(0x18, 2, 0, 0)
      .u32(1)
      .bytes(integerType(1, true))
      .text('FALSE\0\0\0TRUE\0\0\0\0')
      .u8(0, 1)
      .result(),
};

/** Returns the datatype message of a dtype; bool becomes the same enumeration as in h5py. */
export function datatypeOf(dtype: DType): Uint8Array {
  return TYPES[dtype]();
}

/** Returns the datatype message of int8, which is no dtype of graphs. */
export function int8Type(): Uint8Array {
  return integerType(1, true);
}

/** Returns the datatype message of variable-length UTF-8 text. */
export function textType(): Uint8Array {
  const text = new ByteSink().u8(0x13, 0, 0, 0).u32(1).result();
  return new ByteSink().u8(0x19, 0x01, 0x01, 0x00).u32(16).bytes(text).result();
}

function floatType(size: number, sign: number, mantissa: number, exponent: number, bias: number): Uint8Array {
  const head = new ByteSink().u8(0x11, 0x20, sign, 0).u32(size);
  return head
    .u16(0, size * 8)
    .u8(mantissa, exponent, 0, mantissa)
    .u32(bias)
    .result();
}

function integerType(size: number, isSigned: boolean): Uint8Array {
  const head = new ByteSink().u8(0x10, isSigned ? 0x08 : 0x00, 0, 0).u32(size);
  return head.u16(0, size * 8).result();
}
