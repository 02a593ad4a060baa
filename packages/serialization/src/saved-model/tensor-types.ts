import type { DType } from '@manabi/core';
import type { ElementKind } from '@manabi/data/internal';

/** Element type of TensorFlow. */
export interface TensorElement {
  /** Name in TensorFlow. */
  readonly name: string;
  /** How its elements are decoded; null for text and unsupported types. */
  readonly kind: ElementKind | null;
}

/** Element types by their numbers in `types.proto`. */
const TYPES: ReadonlyMap<number, TensorElement> = new Map([
  [1, { name: 'float32', kind: 'float32' }],
  [2, { name: 'float64', kind: 'float64' }],
  [3, { name: 'int32', kind: 'int32' }],
  [4, { name: 'uint8', kind: 'uint8' }],
  [5, { name: 'int16', kind: 'int16' }],
  [6, { name: 'int8', kind: 'int8' }],
  [7, { name: 'string', kind: null }],
  [8, { name: 'complex64', kind: null }],
  [9, { name: 'int64', kind: 'int64' }],
  [10, { name: 'bool', kind: 'bool' }],
  [14, { name: 'bfloat16', kind: 'bfloat16' }],
  [17, { name: 'uint16', kind: 'uint16' }],
  [18, { name: 'complex128', kind: null }],
  [19, { name: 'float16', kind: 'float16' }],
  [20, { name: 'resource', kind: null }],
  [21, { name: 'variant', kind: null }],
  [22, { name: 'uint32', kind: 'uint32' }],
  [23, { name: 'uint64', kind: 'uint64' }],
]);

/** Number by which references to variables of TensorFlow 1 exceed the type of the variable. */
const REFERENCE = 100;

/** Returns the element type of a number in `types.proto`. */
export function elementOf(number: number): TensorElement {
  return TYPES.get(number > REFERENCE ? number - REFERENCE : number) ?? { name: `type ${number}`, kind: null };
}

/** Number in `types.proto` of each dtype. */
export const typeNumbers: { readonly [D in DType]: number } = {
  float32: 1,
  float64: 2,
  int32: 3,
  uint8: 4,
  bool: 10,
  float16: 19,
  uint32: 22,
};
