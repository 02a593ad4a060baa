import type { ElementKind } from '@manabi/data/internal';
import { corruptHdf5 } from '../hdf5-errors.ts';
import type { Reader } from './reader.ts';

/** Type of the elements of a dataset or attribute. */
export type ElementType =
  | { readonly kind: 'number'; readonly size: number; readonly element: ElementKind; readonly isBig: boolean }
  | { readonly kind: 'text'; readonly size: number; readonly form: TextForm }
  | { readonly kind: 'other'; readonly size: number; readonly what: string };

/** How text is stored: inline, either terminated by a zero byte or padded with zeros or spaces; or in a global heap. */
export type TextForm = 'zeroTerminated' | 'zeroPadded' | 'spacePadded' | 'heap';

const TEXT_FORMS: readonly TextForm[] = ['zeroTerminated', 'zeroPadded', 'spacePadded'];

const INTEGERS: Readonly<Record<number, readonly [unsigned: ElementKind, signed: ElementKind]>> = {
  1: ['uint8', 'int8'],
  2: ['uint16', 'int16'],
  4: ['uint32', 'int32'],
  8: ['uint64', 'int64'],
};

/** Floating-point formats by sign position, exponent position and size, mantissa position and size, exponent bias. */
const FLOATS: ReadonlyMap<string, ElementKind> = new Map([
  ['15,10,5,0,10,15', 'float16'],
  ['15,7,8,0,7,127', 'bfloat16'],
  ['31,23,8,0,23,127', 'float32'],
  ['63,52,11,0,52,1023', 'float64'],
]);

/** Names of unsupported datatype classes by number. */
const OTHERS: Readonly<Record<number, string>> = {
  2: 'times',
  4: 'bit fields',
  5: 'opaque values',
  6: 'compound values',
  7: 'references',
  10: 'array elements',
  11: 'complex numbers',
};

/** Largest accepted nesting depth of datatypes; those of real files are much less deep. */
const MOST_LEVELS = 8;

/**
 * Reads a datatype message (HDF5 File Format Specification 3.0, IV.A.2.d).
 *
 * @throws FileError `corrupt`
 */
export function readDatatype(body: Reader, level = 0): ElementType {
  const first = body.u8();
  const bits = body.u8();
  const more = body.u8();
  body.skip(1);
  const size = body.u32();
  if (size === 0)
    throw corruptHdf5(body.file.name, `the datatype at byte ${body.origin} has size 0`, { offset: body.origin });
  const unsupported = (what: string): ElementType => ({ kind: 'other', size, what });
  switch (first & 0x0f) {
    case 0:
      return readInteger(body, size, bits);
    case 1:
      return readFloat(body, size, bits, more);
    case 3: {
      const form = TEXT_FORMS[bits & 0x0f];
      return form === undefined ? unsupported('text with unknown padding') : { kind: 'text', size, form };
    }
    case 8:
      return readEnumeration(body, first >> 4, size, bits + 256 * more, level);
    case 9:
      return (bits & 0x0f) === 1 ? { kind: 'text', size, form: 'heap' } : unsupported('variable-length lists');
    default:
      return unsupported(OTHERS[first & 0x0f] ?? `elements of class ${first & 0x0f}`);
  }
}

function readInteger(body: Reader, size: number, bits: number): ElementType {
  const [offset, precision] = [body.u16(), body.u16()];
  const element = INTEGERS[size]?.[(bits & 8) === 0 ? 0 : 1];
  if (element === undefined || offset !== 0 || precision !== 8 * size) {
    return { kind: 'other', size, what: `integers of ${precision} bits in ${size} bytes` };
  }
  return { kind: 'number', size, element, isBig: (bits & 1) !== 0 };
}

function readFloat(body: Reader, size: number, bits: number, sign: number): ElementType {
  const [offset, precision] = [body.u16(), body.u16()];
  const fields = [sign, body.u8(), body.u8(), body.u8(), body.u8(), body.u32()];
  const isVax = (bits & 0x40) !== 0;
  const hasImpliedBit = (bits & 0x30) === 0x20;
  const element = FLOATS.get(fields.join());
  if (element !== undefined && !isVax && hasImpliedBit && offset === 0 && precision === 8 * size) {
    return { kind: 'number', size, element, isBig: (bits & 1) !== 0 };
  }
  const [, , exponent, , mantissa] = fields;
  const what = isVax ? 'floats in VAX byte order' : `floats of ${exponent} exponent and ${mantissa} mantissa bits`;
  return { kind: 'other', size, what };
}

/**
 * Reads an enumeration type: as bool if its members are FALSE and TRUE, as in h5py, and otherwise as its integer type.
 */
function readEnumeration(body: Reader, version: number, size: number, count: number, level: number): ElementType {
  if (level >= MOST_LEVELS)
    throw corruptHdf5(body.file.name, `the datatypes at byte ${body.origin} are nested too deeply`, {
      offset: body.origin,
    });
  const base = readDatatype(body, level + 1);
  if (base.kind !== 'number' || base.size !== size)
    return { kind: 'other', size, what: `an enumeration of type '${base.kind}'` };
  if (size !== 1 || count !== 2) return base;
  const names: string[] = [];
  for (let i = 0; i < count; i++) {
    const start = body.position;
    names.push(body.zeroTerminated());
    // Older versions pad names to a multiple of 8 bytes.
    if (version < 3) body.skip((8 - ((body.position - start) % 8)) % 8);
  }
  const values = [...body.take(count)];
  const isBool = names.every((name, i) => values[i] === ['FALSE', 'TRUE'].indexOf(name));
  return isBool ? { ...base, element: 'bool' } : base;
}
