import { type DType, dtypes, type HostArray, isInteger } from '@manabi/ir';
import type { Trace } from './value.ts';
import { LazyValue, type TracedNumber } from './value.ts';

/** What a traced function has made of a number among its arguments: what other numbers must agree with to be replayed. */
export interface NumberUse {
  /** The dtypes that it was used in; it becomes an input of the graph for each. */
  readonly dtypes: readonly DType[];
  /** Whether it has to be an integer, or must not be one; null if that made no difference. */
  readonly integer: boolean | null;
}

/**
 * A number among the arguments of a function while that is traced. Like a number in eager code it has no dtype of its own:
 * it takes those of the tensors that it meets, and keeps its digits in each.
 */
export class NumberArgument implements TracedNumber {
  readonly value: number;
  /** What stands for it where nobody asks for a dtype: a float32 scalar. */
  readonly stand: LazyValue;
  readonly #trace: Trace;
  readonly #inputs = new Map<DType, LazyValue>();
  #integer: boolean | null = null;

  constructor(value: number, trace: Trace) {
    this.value = value;
    this.#trace = trace;
    this.stand = this.#placeholder('float32');
    this.stand.number = this;
  }

  as(dtype: DType): LazyValue {
    const known = this.#inputs.get(dtype);
    if (known !== undefined) return known;
    const input = this.#placeholder(dtype);
    this.#inputs.set(dtype, input);
    return input;
  }

  isInteger(): boolean {
    this.#integer = Number.isInteger(this.value);
    return this.#integer;
  }

  /**
   * The inputs that the graph needs, and what they demand.
   *
   * @param outputs what the function returned: the number itself may be among it
   */
  use(outputs: readonly LazyValue[]): { readonly inputs: readonly LazyValue[]; readonly use: NumberUse } {
    const isUsed = (value: LazyValue): boolean => value.consumers > 0 || outputs.includes(value);
    const inputs = [this.stand, ...this.#inputs.values()].filter(isUsed);
    const kinds = inputs.map(({ type }) => type.dtype);
    return { inputs, use: { dtypes: kinds, integer: this.#integer } };
  }

  #placeholder(dtype: DType): LazyValue {
    return new LazyValue({ dtype, shape: [] }, { kind: 'placeholder', trace: this.#trace });
  }
}

/** Whether a function that was traced with one number may be replayed with another. */
export function isUsableAs(value: number, { dtypes: kinds, integer }: NumberUse): boolean {
  if (integer !== null && Number.isInteger(value) !== integer) return false;
  return kinds.every((dtype) => {
    const { min, max } = dtypes[dtype];
    return !isInteger(dtype) || (Number.isInteger(value) && value >= min && value <= max);
  });
}

/** A number in each dtype that it is used in. */
export function numberInputs(value: number, { dtypes: kinds }: NumberUse): HostArray[] {
  return kinds.map((dtype) => {
    const data = dtypes[dtype].create(1);
    data[0] = dtype === 'bool' ? Number(value !== 0) : value;
    return { dtype, shape: [], data };
  });
}
