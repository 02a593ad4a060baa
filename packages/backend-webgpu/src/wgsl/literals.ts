import type { DType } from '@manabi/ir';
import { valueType } from './types.ts';

const words = new DataView(new ArrayBuffer(4));

/**
 * Declares a WGSL variable with the given 32 bits and returns its name; used for numbers that WGSL cannot write as a
 * literal.
 */
export type BitsVariable = (bits: number) => string;

/**
 * Returns a WGSL expression for a number.
 *
 * NaN, infinities, -0, denormals and the largest numbers are read from variables as bits, because WGSL rejects them in
 * constant expressions or may round them.
 */
export function literal(dtype: DType, value: number, bitsVariable: BitsVariable): string {
  switch (valueType(dtype)) {
    case 'bool':
      return value === 0 ? 'false' : 'true';
    case 'i32':
      return integerLiteral(value);
    case 'u32':
      return `${value >>> 0}u`;
    case 'f32':
      return floatLiteral(value, bitsVariable);
  }
}

/**
 * Returns a WGSL expression for an int32. Negative numbers are written as a conversion from u32, because WGSL has no
 * literal for -2^31.
 */
export const integerLiteral = (value: number): string => (value < 0 ? `i32(${value | 0})` : `${value | 0}i`);

/** Returns a WGSL expression for the float32 nearest to a number. */
export function floatLiteral(value: number, bitsVariable: BitsVariable): string {
  const single = Math.fround(value);
  const size = Math.abs(single);
  const isPlain = size === 0 ? !Object.is(single, -0) : size > 1e-37 && size < 1e38;
  if (!isPlain) {
    words.setFloat32(0, single);
    return `bitcast<f32>(${bitsVariable(words.getUint32(0))})`;
  }
  return `${single < 0 ? '(' : ''}${single}f${single < 0 ? ')' : ''}`;
}
