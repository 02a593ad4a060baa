import { latin1, type PythonObject, type PythonValue } from './python-values.ts';

/** Largest number of axes of NumPy's arrays. */
const MOST_AXES = 64;

/** NumPy array in a pickle. */
export interface PickledArray extends PythonObject {
  readonly kind: 'array';
  /** NumPy's type of the elements, such as `<f8`; `|O` for Python objects. */
  readonly descr: string;
  readonly shape: readonly number[];
  /** Whether the elements are in column-major order. */
  readonly isFortran: boolean;
  /** The bytes of the elements; empty for Python objects. */
  readonly bytes: Uint8Array;
  /** The elements of an array of Python objects; undefined for other arrays. */
  readonly items?: readonly PythonValue[];
}

/** Array whose content follows later in the pickle. */
export class ArrayUnderConstruction implements PickledArray {
  readonly kind = 'array';
  descr = '';
  shape: readonly number[] = [];
  isFortran = false;
  bytes: Uint8Array = new Uint8Array(0);
  items?: readonly PythonValue[];

  /** Sets the content, given NumPy's `(version, shape, dtype, isFortran, data)`; returns whether it is valid. */
  setState(state: PythonValue): boolean {
    if (!Array.isArray(state) || state.length !== 5) return false;
    const [, shape, dtype, isFortran, data] = state;
    return this.set(shape, dtype, isFortran === true || isFortran === 1, data);
  }

  set(
    shape: PythonValue | undefined,
    dtype: PythonValue | undefined,
    isFortran: boolean,
    data: PythonValue | undefined,
  ): boolean {
    if (!isShape(shape) || !(dtype instanceof ElementType)) return false;
    this.shape = [...shape];
    this.isFortran = isFortran;
    this.descr = dtype.descr;
    if (dtype.isObject) {
      if (!Array.isArray(data)) return false;
      this.items = data;
      return true;
    }
    if (!(data instanceof Uint8Array)) return false;
    this.bytes = data;
    return true;
  }
}

/** NumPy's description of the elements of an array. */
export class ElementType implements PythonObject {
  readonly kind = 'dtype';
  readonly #code: string;
  #order = '|';

  constructor(code: string) {
    this.#code = code.replace(/^[<>|=]/, '');
    if (/^[<>|]/.test(code)) this.#order = code[0];
  }

  get isObject(): boolean {
    return /^O\d*$/.test(this.#code);
  }

  get descr(): string {
    return this.isObject ? '|O' : this.#order + this.#code;
  }

  /** Sets the byte order, given NumPy's `(version, order, subarrays, names, fields, …)`; returns whether it is valid. */
  setState(state: PythonValue): boolean {
    if (!Array.isArray(state) || state.length < 5) return false;
    const [, order, subarrays, names, fields] = state;
    if (subarrays !== null || names !== null || fields !== null) return false;
    const text = shortText(order);
    if (text === undefined || !/^[<>|=]$/.test(text)) return false;
    this.#order = text === '=' ? '<' : text;
    return true;
  }
}

/** Returns the element type of a code such as `f8`; undefined for other values. */
export function elementType(code: PythonValue | undefined): ElementType | undefined {
  const text = shortText(code);
  return text !== undefined && /^[<>|=]?[a-zA-Z?]\d*$/.test(text) ? new ElementType(text) : undefined;
}

/** Returns text of a few characters, which Python 2 wrote as bytes; undefined for other values. */
function shortText(value: PythonValue | undefined): string | undefined {
  if (value instanceof Uint8Array) return value.length <= 16 ? latin1(value) : undefined;
  return typeof value === 'string' && value.length <= 16 ? value : undefined;
}

function isShape(value: PythonValue | undefined): value is number[] {
  return (
    Array.isArray(value) &&
    value.length <= MOST_AXES &&
    value.every((length) => Number.isSafeInteger(length) && Number(length) >= 0)
  );
}
