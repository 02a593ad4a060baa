import { type DType, dtypes, type HostArray, isInteger } from '@manabi/ir';
import type { Trace } from './value.ts';
import { LazyValue, type TracedNumber } from './value.ts';

/**
 * Use of a number argument in a traced function: the conditions under which the trace can be replayed with another
 * number.
 */
export interface NumberUse {
  /** Dtypes in which the number is used; each is an input of the graph. */
  readonly dtypes: readonly DType[];
  /** True if the number must be an integer, false if it must not be one, null if both are valid. */
  readonly integer: boolean | null;
}

/**
 * Number among the arguments of a function that is being traced. As in eager code it has no dtype of its own: it is
 * converted directly to the dtype of the tensors it is combined with, and keeps all its digits.
 */
export class NumberArgument implements TracedNumber {
  readonly value: number;
  /** Placeholder for uses that request no dtype: a float32 scalar. */
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
   * Returns the inputs that the graph needs for the number, and how the number is used.
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

/** Whether a trace in which a number argument has the given use can be replayed with another number. */
export function isUsableAs(value: number, { dtypes: kinds, integer }: NumberUse): boolean {
  if (integer !== null && Number.isInteger(value) !== integer) return false;
  return kinds.every((dtype) => {
    const { min, max } = dtypes[dtype];
    return !isInteger(dtype) || (Number.isInteger(value) && value >= min && value <= max);
  });
}

/** Returns a number in each dtype in which it is used. */
export function numberInputs(value: number, { dtypes: kinds }: NumberUse): HostArray[] {
  return kinds.map((dtype) => {
    const data = dtypes[dtype].create(1);
    data[0] = dtype === 'bool' ? Number(value !== 0) : value;
    return { dtype, shape: [], data };
  });
}
