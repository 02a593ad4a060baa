import type { DType } from '@manabi/ir';
import { valueType } from './types.ts';

const words = new DataView(new ArrayBuffer(4));

/** Receives the bits of numbers that WGSL has no literal for, and returns the name of a variable that holds them. */
export type BitsVariable = (bits: number) => string;

/**
 * Writes a number as an expression of WGSL.
 *
 * NaN, infinities, denormals and the largest numbers are read from variables as bits: in an expression of literals they
 * are errors, or may be rounded.
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

/** Writes an int32; the smallest has no literal of its own. */
export const integerLiteral = (value: number): string => (value < 0 ? `i32(${value | 0})` : `${value | 0}i`);

/** Writes the float32 nearest to a number. */
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
