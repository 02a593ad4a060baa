import type { DType } from '@manabi/core';
import { ByteSink } from './byte-sink.ts';

/** The datatype message of each dtype (HDF5 File Format Specification 3.0, IV.A.2.d), as the HDF5 library writes it. */
const MESSAGES: { readonly [K in DType]: () => Uint8Array } = {
  float32: () => floatType(4, 31, 23, 8, 127),
  float64: () => floatType(8, 63, 52, 11, 1023),
  int32: () => integerType(4, true),
  uint32: () => integerType(4, false),
  uint8: () => integerType(1, false),
  bool: booleanType,
};

/** The datatype message of elements of a dtype; bool is the enumeration that h5py makes of it. */
export function datatypeOf(dtype: DType): Uint8Array {
  return MESSAGES[dtype]();
}

/** The datatype message of text of any length, in UTF-8. */
export function textType(): Uint8Array {
  const text = new ByteSink().u8(0x13, 0x00, 0x00, 0x00).u32(1);
  return new ByteSink().u8(0x19, 0x01, 0x01, 0x00).u32(16).bytes(text.result()).result();
}

function floatType(bytes: number, sign: number, mantissa: number, exponent: number, bias: number): Uint8Array {
  const sink = new ByteSink()
    .u8(0x11, 0x20, sign, 0)
    .u32(bytes)
    .u16(0, bytes * 8);
  return sink.u8(mantissa, exponent, 0, mantissa).u32(bias).result();
}

function integerType(bytes: number, isSigned: boolean): Uint8Array {
  const sink = new ByteSink().u8(0x10, isSigned ? 0x08 : 0x00, 0, 0).u32(bytes);
  return sink.u16(0, bytes * 8).result();
}

function booleanType(): Uint8Array {
  const sink = new ByteSink().u8(0x18, 2, 0, 0).u32(1).bytes(integerType(1, true));
  return sink.text('FALSE\0\0\0TRUE\0\0\0\0').u8(0, 1).result();
}
