import type { Metadata } from 'h5wasm';
import type { ElementKind } from '../elements/element-kind.ts';

/** What the elements of a dataset or attribute are. */
export type ElementType =
  | { readonly kind: 'number'; readonly element: ElementKind }
  | { readonly kind: 'text' }
  | { readonly kind: 'other'; readonly what: string };

/** Classes of types by their number in the library (H5T_class_t). */
const CLASSES = [
  'integers',
  'floats',
  'times',
  'texts',
  'bits',
  'opaque bytes',
  'compounds',
  'references',
  'enumerations',
  'lists of different lengths',
  'arrays',
  'complex numbers',
];

const INTEGERS: Readonly<Record<number, readonly [unsigned: ElementKind, signed: ElementKind]>> = {
  1: ['uint8', 'int8'],
  2: ['uint16', 'int16'],
  4: ['uint32', 'int32'],
  8: ['uint64', 'int64'],
};

const FLOATS: Readonly<Record<number, ElementKind>> = { 2: 'float16', 4: 'float32', 8: 'float64' };

/** The type that the library describes. */
export function elementType({ type, size, signed, enum_type: members }: Metadata): ElementType {
  const element = numbers();
  if (element !== undefined) return { kind: 'number', element };
  if (type === 3) return { kind: 'text' };
  return { kind: 'other', what: `${CLASSES[type] ?? 'an unknown class'} of ${size} bytes` };

  function numbers(): ElementKind | undefined {
    if (type === 0) return INTEGERS[size]?.[signed ? 1 : 0];
    if (type === 1) return FLOATS[size];
    // What h5py makes of bool.
    return type === 8 && size === 1 && members?.members.FALSE === 0 && members.members.TRUE === 1 ? 'bool' : undefined;
  }
}
