import { type DType, dtypes } from '@manabi/ir';
import type { FunctionBuilder, LoadName, StoreName, ValueType } from '../wasm/index.ts';
import { decodeScalar, encodeScalar } from './half.ts';
import type { ModuleSupport } from './support.ts';

/** How the elements of a dtype are represented in WebAssembly locals and in memory. */
export interface ElementCode {
  readonly local: 'i32' | 'f32' | 'f64';
  readonly bytes: 1 | 2 | 4 | 8;
  readonly load: LoadName;
  readonly store: StoreName;
}

const word: ElementCode = { local: 'i32', bytes: 4, load: 'i32.load', store: 'i32.store' };
const byte: ElementCode = { local: 'i32', bytes: 1, load: 'i32.load8_u', store: 'i32.store8' };

/**
 * Representation of elements by dtype. In a local, float16 is the float32 of the same value, uint8 is 0 to 255 and bool is 0 or 1. In a vector of four 32-bit lanes,
 * uint8 is 0 to 255 and bool is a mask, 0 or -1.
 */
export const elementCode: { readonly [K in DType]: ElementCode } = {
  float32: { local: 'f32', bytes: 4, load: 'f32.load', store: 'f32.store' },
  float64: { local: 'f64', bytes: 8, load: 'f64.load', store: 'f64.store' },
  // Loads and stores convert: see `half.ts`.
  float16: { local: 'f32', bytes: 2, load: 'i32.load16_u', store: 'i32.store16' },
  int32: word,
  uint32: word,
  uint8: byte,
  bool: byte,
};

/** Loads an element from the address on the stack plus `offset`. */
export function loadElement(f: FunctionBuilder, support: ModuleSupport, dtype: DType, offset: number): FunctionBuilder {
  f.load(elementCode[dtype].load, offset);
  if (dtype === 'float16') decodeScalar(f, support);
  return f;
}

/** Writes the element on the stack at the address below it plus `offset`. */
export function storeElement(f: FunctionBuilder, support: ModuleSupport, dtype: DType, offset: number): void {
  if (dtype === 'float16') encodeScalar(f, support);
  f.store(elementCode[dtype].store, offset);
}

/** Whether elements of a dtype are f32 in locals. */
export function isSingle(dtype: DType): boolean {
  return elementCode[dtype].local === 'f32';
}

/** Writes code that pushes a constant of a dtype as a scalar; integers wrap. */
export function pushConstant(f: FunctionBuilder, dtype: DType, value: number): FunctionBuilder {
  switch (elementCode[dtype].local) {
    case 'f32':
      return f.f32(value);
    case 'f64':
      return f.f64(value);
    case 'i32':
      return f.i32(storedInteger(dtype, value));
  }
}

/** Writes code that pushes a vector with a constant of a dtype in all lanes. */
export function pushVectorConstant(f: FunctionBuilder, dtype: DType, value: number): FunctionBuilder {
  if (isSingle(dtype)) return f.f32x4(value);
  return f.i32x4(dtype === 'bool' ? -storedInteger(dtype, value) : storedInteger(dtype, value));
}

/** Returns the WebAssembly type of a local that holds a scalar of a dtype, or a vector of such scalars. */
export function localType(dtype: DType, vector: boolean): ValueType {
  return vector ? 'v128' : elementCode[dtype].local;
}

function storedInteger(dtype: DType, value: number): number {
  if (dtype === 'bool') return value !== 0 ? 1 : 0;
  const array = dtypes[dtype].create(1);
  array[0] = value;
  return array[0] | 0;
}
