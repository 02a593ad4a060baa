import { type DType, ManabiError } from '@manabi/ir';

/** A type of WGSL that elements are stored as. */
export type StorageType = 'f32' | 'i32' | 'u32';

/** A type of WGSL that scalars have in a shader. */
export type ValueType = StorageType | 'bool';

const types: { readonly [K in DType]: { readonly storage: StorageType; readonly value: ValueType } | null } = {
  float32: { storage: 'f32', value: 'f32' },
  float64: null,
  int32: { storage: 'i32', value: 'i32' },
  uint32: { storage: 'u32', value: 'u32' },
  // WGSL stores no bytes: each byte or bool takes a word.
  uint8: { storage: 'u32', value: 'u32' },
  bool: { storage: 'u32', value: 'bool' },
};

/** Returns the type of stored elements of a dtype. */
export const storageType = (dtype: DType): StorageType => typesOf(dtype).storage;

/** Returns the type of scalars of a dtype. */
export const valueType = (dtype: DType): ValueType => typesOf(dtype).value;

function typesOf(dtype: DType) {
  const found = types[dtype];
  if (found !== null) return found;
  throw new ManabiError('dtype', `WebGPU has no ${dtype}. Use float32, or another backend.`, { data: { dtype } });
}
