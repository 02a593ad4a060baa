import type { Reader } from './file-bytes.ts';

/** What the elements of a dataset or attribute are. */
export type ElementType =
  | { readonly kind: 'float' | 'integer'; readonly size: number; readonly isSigned: boolean; readonly isBig: boolean }
  | { readonly kind: 'bool'; readonly size: 1 }
  | { readonly kind: 'text'; readonly size: number }
  | { readonly kind: 'heapText'; readonly size: number }
  | { readonly kind: 'other'; readonly size: number; readonly what: string };

const CLASSES = ['integers', 'floats', 'times', 'texts', 'bits', 'opaque', 'compounds', 'references', 'enumerations'];

/** Reads a datatype message (HDF5 File Format Specification 3.0, IV.A.2.d). */
export function readDatatype(body: Reader): ElementType {
  const first = body.u8();
  const bits = body.u8();
  body.skip(2);
  const size = body.u32();
  const isBig = (bits & 1) !== 0;
  switch (first & 0x0f) {
    case 0:
      return { kind: 'integer', size, isSigned: (bits & 8) !== 0, isBig };
    case 1:
      return (bits & 0x40) !== 0
        ? { kind: 'other', size, what: 'VAX floats' }
        : { kind: 'float', size, isSigned: true, isBig };
    case 3:
      return { kind: 'text', size };
    case 8:
      return isBoolean(body, size, bits) ? { kind: 'bool', size: 1 } : { kind: 'other', size, what: 'enumerations' };
    case 9:
      return (bits & 0x0f) === 1
        ? { kind: 'heapText', size }
        : { kind: 'other', size, what: 'lists of different lengths' };
    default:
      return { kind: 'other', size, what: CLASSES[first & 0x0f] ?? 'an unknown class of elements' };
  }
}

/** What h5py makes of bool: an enumeration of FALSE and TRUE in a byte. */
function isBoolean(body: Reader, size: number, members: number): boolean {
  if (size !== 1 || members !== 2) return false;
  const rest = new TextDecoder('latin1').decode(body.bytes(body.left));
  return rest.includes('FALSE\0') && rest.includes('TRUE\0');
}
