import type { DType } from '@manabi/core';
import type { ElementKind } from '@manabi/data/internal';

/**
 * Element type of safetensors: the size of an element in bits, and the kind that decodes it; `kind` is null for an
 * unsupported element type.
 */
interface SafetensorsFacts {
  readonly bits: number;
  readonly kind: ElementKind | null;
}

/** Element types of the format, in the order of the reference implementation: by increasing alignment. */
export const safetensorsDTypes = {
  BOOL: { bits: 8, kind: 'bool' },
  F4: { bits: 4, kind: null },
  F6_E2M3: { bits: 6, kind: null },
  F6_E3M2: { bits: 6, kind: null },
  U8: { bits: 8, kind: 'uint8' },
  I8: { bits: 8, kind: 'int8' },
  F8_E5M2: { bits: 8, kind: null },
  F8_E4M3: { bits: 8, kind: null },
  F8_E8M0: { bits: 8, kind: null },
  I16: { bits: 16, kind: 'int16' },
  U16: { bits: 16, kind: 'uint16' },
  F16: { bits: 16, kind: 'float16' },
  BF16: { bits: 16, kind: 'bfloat16' },
  I32: { bits: 32, kind: 'int32' },
  U32: { bits: 32, kind: 'uint32' },
  F32: { bits: 32, kind: 'float32' },
  C64: { bits: 64, kind: null },
  F64: { bits: 64, kind: 'float64' },
  I64: { bits: 64, kind: 'int64' },
  U64: { bits: 64, kind: 'uint64' },
} as const satisfies Record<string, SafetensorsFacts>;

/** Name of an element type of safetensors. */
export type SafetensorsDType = keyof typeof safetensorsDTypes;

/** Element type of safetensors in which each dtype is stored. */
export const storedAs: { readonly [D in DType]: SafetensorsDType } = {
  float32: 'F32',
  float64: 'F64',
  float16: 'F16',
  int32: 'I32',
  uint32: 'U32',
  uint8: 'U8',
  bool: 'BOOL',
};

const order = Object.keys(safetensorsDTypes);

/**
 * Returns the position of an element type in `safetensorsDTypes`, which are in the order of increasing size. Tensors of
 * larger types are written first, so that every tensor is aligned.
 */
export function rankOf(dtype: SafetensorsDType): number {
  return order.indexOf(dtype);
}
