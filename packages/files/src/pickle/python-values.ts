/** NumPy array in a pickle. */
export interface PickledArray {
  /** NumPy's type of the elements, such as `<f8`; `|O` for Python objects. */
  readonly descr: string;
  readonly shape: readonly number[];
  /** Whether the elements are in column-major order. */
  readonly isFortran: boolean;
  /** The bytes of the elements; empty for Python objects. */
  readonly bytes: Uint8Array;
  /** The elements of an array of Python objects; undefined for other arrays. */
  readonly items?: readonly unknown[];
}

/** Array whose content follows later in the pickle. */
export class ArrayUnderConstruction implements PickledArray {
  descr = '';
  shape: readonly number[] = [];
  isFortran = false;
  bytes: Uint8Array = new Uint8Array(0);
  items?: readonly unknown[];

  /** Sets the content, given NumPy's `(version, shape, dtype, isFortran, data)`; returns whether it is valid. */
  setState(state: unknown): boolean {
    if (!Array.isArray(state) || state.length !== 5) return false;
    const [, shape, dtype, isFortran, data] = state;
    return this.set(shape, dtype, isFortran === true || isFortran === 1, data);
  }

  set(shape: unknown, dtype: unknown, isFortran: boolean, data: unknown): boolean {
    if (!isShape(shape) || !(dtype instanceof ElementType)) return false;
    this.shape = shape;
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
export class ElementType {
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
  setState(state: unknown): boolean {
    if (!Array.isArray(state) || state.length < 5) return false;
    const [, order, subarrays, names, fields] = state;
    if (subarrays !== null || names !== null || fields !== null) return false;
    const text = order instanceof Uint8Array ? latin1(order) : order;
    if (typeof text !== 'string' || !/^[<>|=]$/.test(text)) return false;
    this.#order = text === '=' ? '<' : text;
    return true;
  }
}

function isShape(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((length) => Number.isSafeInteger(length) && Number(length) >= 0);
}

/** Decodes bytes whose values are the code points of characters, as text of Python 2. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text;
}
