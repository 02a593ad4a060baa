import { type DType, ManabiError } from '@manabi/ir';

/** WGSL type of an element in a buffer. */
export type StorageType = 'f32' | 'f16' | 'i32' | 'u32';

/** WGSL type of a scalar in a shader. */
export type ValueType = 'f32' | 'i32' | 'u32' | 'bool';

const types: { readonly [K in DType]: { readonly storage: StorageType; readonly value: ValueType } | null } = {
  float32: { storage: 'f32', value: 'f32' },
  float64: null,
  // Devices with the feature shader-f16 store f16 instead. Both hold values that float16 represents.
  float16: { storage: 'f32', value: 'f32' },
  int32: { storage: 'i32', value: 'i32' },
  uint32: { storage: 'u32', value: 'u32' },
  // WGSL cannot store single bytes, so each uint8 or bool takes a word.
  uint8: { storage: 'u32', value: 'u32' },
  bool: { storage: 'u32', value: 'bool' },
};

/** Returns the WGSL type in which elements of a dtype are stored with a number of bytes each. */
export const storageType = (dtype: DType, bytes = 4): StorageType => (bytes === 2 ? 'f16' : typesOf(dtype).storage);

/** Returns the number of bytes of a stored float16 on a device with the given features. */
export const halfBytesOf = (features: ReadonlySet<string>): 2 | 4 => (features.has('shader-f16') ? 2 : 4);

/** Returns the WGSL type of scalars of a dtype. */
export const valueType = (dtype: DType): ValueType => typesOf(dtype).value;

function typesOf(dtype: DType) {
  const found = types[dtype];
  if (found !== null) return found;
  throw new ManabiError('dtype', `WebGPU does not support ${dtype}. Use float32 or another backend.`, {
    data: { dtype },
  });
}
