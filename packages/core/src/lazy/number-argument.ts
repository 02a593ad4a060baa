import { type DType, dtypes, type HostArray, isInteger } from '@manabi/ir';
import type { Trace } from './value.ts';
import { LazyValue, type TracedNumber } from './value.ts';

/**
 * How a traced function uses one of its number arguments. This determines for which other numbers the compiled graph is
 * valid.
 */
export interface NumberUse {
  /** Dtypes to which the number is converted; the graph has one input for each. */
  readonly dtypes: readonly DType[];
  /**
   * True if the graph is valid only for integers, false if it is valid only for other numbers, null if it is valid for
   * both.
   */
  readonly integer: boolean | null;
}

/**
 * A number among the arguments of a function that is being traced. As in eager code, the JavaScript number is converted
 * directly to the dtype of the tensors it is combined with, so it keeps all its digits.
 */
export class NumberArgument implements TracedNumber {
  readonly value: number;
  /** Float32 scalar that represents the number where the traced function requests no other dtype. */
  readonly placeholder: LazyValue;
  readonly #trace: Trace;
  readonly #inputs = new Map<DType, LazyValue>();
  #integer: boolean | null = null;

  constructor(value: number, trace: Trace) {
    this.value = value;
    this.#trace = trace;
    this.placeholder = this.#newPlaceholder('float32');
    this.placeholder.number = this;
  }

  as(dtype: DType): LazyValue {
    const known = this.#inputs.get(dtype);
    if (known !== undefined) return known;
    const input = this.#newPlaceholder(dtype);
    this.#inputs.set(dtype, input);
    return input;
  }

  isInteger(): boolean {
    this.#integer = Number.isInteger(this.value);
    return this.#integer;
  }

  /**
   * Returns the graph inputs for the number, one for each dtype to which it is converted, and how the function uses the
   * number.
   *
   * @param outputs results of the function, which may include the number itself
   */
  use(outputs: readonly LazyValue[]): { readonly inputs: readonly LazyValue[]; readonly use: NumberUse } {
    const isUsed = (value: LazyValue): boolean => value.consumers > 0 || outputs.includes(value);
    const inputs = [this.placeholder, ...this.#inputs.values()].filter(isUsed);
    const kinds = inputs.map(({ type }) => type.dtype);
    return { inputs, use: { dtypes: kinds, integer: this.#integer } };
  }

  #newPlaceholder(dtype: DType): LazyValue {
    return new LazyValue({ dtype, shape: [] }, { kind: 'placeholder', trace: this.#trace });
  }
}

/** Whether a compiled graph in which a number argument has the given use is valid for `value`. */
export function isUsableAs(value: number, { dtypes: kinds, integer }: NumberUse): boolean {
  if (integer !== null && Number.isInteger(value) !== integer) return false;
  return kinds.every((dtype) => {
    const { min, max } = dtypes[dtype];
    return !isInteger(dtype) || (Number.isInteger(value) && value >= min && value <= max);
  });
}

/** Returns a number as one scalar for each dtype to which the graph converts it. */
export function numberInputs(value: number, { dtypes: kinds }: NumberUse): HostArray[] {
  return kinds.map((dtype) => {
    const data = dtypes[dtype].create(1);
    data[0] = dtype === 'bool' ? Number(value !== 0) : value;
    return { dtype, shape: [], data };
  });
}
