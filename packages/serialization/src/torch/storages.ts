import type { ElementKind } from '@manabi/data/internal';

/** Element type of PyTorch: its size in bytes, and the kind that decodes it; null for an unsupported element type. */
interface TorchElement {
  readonly bytes: number;
  readonly kind: ElementKind | null;
}

/** Element types of PyTorch by the name of their dtype. */
const DTYPES: Readonly<Record<string, TorchElement>> = {
  float64: { bytes: 8, kind: 'float64' },
  double: { bytes: 8, kind: 'float64' },
  float32: { bytes: 4, kind: 'float32' },
  float: { bytes: 4, kind: 'float32' },
  float16: { bytes: 2, kind: 'float16' },
  half: { bytes: 2, kind: 'float16' },
  bfloat16: { bytes: 2, kind: 'bfloat16' },
  int64: { bytes: 8, kind: 'int64' },
  long: { bytes: 8, kind: 'int64' },
  int32: { bytes: 4, kind: 'int32' },
  int: { bytes: 4, kind: 'int32' },
  int16: { bytes: 2, kind: 'int16' },
  short: { bytes: 2, kind: 'int16' },
  int8: { bytes: 1, kind: 'int8' },
  uint64: { bytes: 8, kind: 'uint64' },
  uint32: { bytes: 4, kind: 'uint32' },
  uint16: { bytes: 2, kind: 'uint16' },
  uint8: { bytes: 1, kind: 'uint8' },
  bool: { bytes: 1, kind: 'bool' },
  complex32: { bytes: 4, kind: null },
  complex64: { bytes: 8, kind: null },
  complex128: { bytes: 16, kind: null },
  float8_e4m3fn: { bytes: 1, kind: null },
  float8_e4m3fnuz: { bytes: 1, kind: null },
  float8_e5m2: { bytes: 1, kind: null },
  float8_e5m2fnuz: { bytes: 1, kind: null },
};

/** Names of the dtypes of PyTorch's typed storages. */
const STORAGES: Readonly<Record<string, string>> = {
  DoubleStorage: 'float64',
  FloatStorage: 'float32',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  LongStorage: 'int64',
  IntStorage: 'int32',
  ShortStorage: 'int16',
  CharStorage: 'int8',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
  ComplexFloatStorage: 'complex64',
  ComplexDoubleStorage: 'complex128',
};

/** Returns the element type of a dtype such as `torch.float32`; undefined for other globals. */
export function elementOfDType(global: string): (TorchElement & { readonly name: string }) | undefined {
  const name = global.startsWith('torch.') ? global.slice('torch.'.length) : '';
  return Object.hasOwn(DTYPES, name) ? { ...DTYPES[name], name } : undefined;
}

/**
 * Returns the element type of a storage class such as `torch.FloatStorage`; null for storages of bytes, and undefined for
 * other globals.
 */
export function elementOfStorage(global: string): (TorchElement & { readonly name: string }) | null | undefined {
  if (global === 'torch.storage.UntypedStorage' || global === 'torch.UntypedStorage') return null;
  const name = global.startsWith('torch.') ? global.slice('torch.'.length) : '';
  return Object.hasOwn(STORAGES, name) ? elementOfDType(`torch.${STORAGES[name]}`) : undefined;
}
