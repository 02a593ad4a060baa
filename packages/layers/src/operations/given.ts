import {
  type Axis,
  astype,
  type DType,
  isTensor,
  ManabiError,
  scalar,
  type Tensor,
  type TensorLike,
} from '@manabi/core';
import { formatGiven } from '@manabi/errors/internal';
import { dtypeInManabi } from './operand.ts';

/** Arguments and options of an operator by name, read as certain types. */
export class Given {
  readonly #operator: string;
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(operator: string, values: Readonly<Record<string, unknown>>) {
    this.#operator = operator;
    this.#values = values;
  }

  /** Returns an argument, or undefined if it is missing. */
  value(name: string): unknown {
    return Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
  }

  /** Reports whether an argument is neither missing nor null. */
  has(name: string): boolean {
    return (this.value(name) ?? null) !== null;
  }

  /** Returns a tensor or number. */
  operand(name: string): TensorLike {
    const value = this.value(name);
    if (isTensor(value) || typeof value === 'number' || typeof value === 'boolean') return value;
    throw this.wrong(name, 'a tensor or a number');
  }

  /** Returns a tensor; a number becomes a scalar, of int32 if it is an integer. */
  tensor(name: string): Tensor {
    const value = this.operand(name);
    if (isTensor(value)) return value;
    return scalar(value, {
      dtype: typeof value === 'boolean' ? 'bool' : Number.isInteger(value) ? 'int32' : 'float32',
    });
  }

  /** Returns two operands. As in Keras, a number with decimals turns integers into floats. */
  pair(first: string, second: string): readonly [TensorLike, TensorLike] {
    const [x, y] = [this.operand(first), this.operand(second)];
    return [widened(x, y), widened(y, x)];
  }

  /** Returns a list of tensors. */
  tensors(name: string): readonly Tensor[] {
    const value = this.value(name);
    if (isTensor(value)) return [value];
    if (Array.isArray(value) && value.length > 0) {
      return value.map((item) => {
        if (isTensor(item)) return item;
        if (typeof item === 'number') return scalar(item);
        throw this.wrong(name, 'a list of tensors');
      });
    }
    throw this.wrong(name, 'a list of tensors');
  }

  /** Returns one axis, several, or null for all. */
  axis(name = 'axis'): Axis {
    const value = this.value(name) ?? null;
    if (value === null || isInteger(value)) return value;
    if (Array.isArray(value) && value.every(isInteger)) return value;
    throw this.wrong(name, 'an axis, a list of axes, or None');
  }

  integer(name: string, fallback?: number): number {
    const value = this.value(name) ?? fallback;
    if (isInteger(value)) return value;
    throw this.wrong(name, 'an integer');
  }

  /** Returns a list of integers; a single one becomes a list of one. */
  integers(name: string): readonly number[] {
    const value = this.value(name);
    if (isInteger(value)) return [value];
    if (Array.isArray(value) && value.every(isInteger)) return value;
    throw this.wrong(name, 'integers that are known when the model is created');
  }

  number(name: string, fallback?: number): number {
    const value = this.value(name) ?? fallback;
    if (typeof value === 'number') return value;
    throw this.wrong(name, 'a number');
  }

  flag(name: string, fallback = false): boolean {
    const value = this.value(name) ?? fallback;
    if (typeof value === 'boolean') return value;
    throw this.wrong(name, 'True or False');
  }

  text(name: string, fallback?: string): string {
    const value = this.value(name) ?? fallback;
    if (typeof value === 'string') return value;
    throw this.wrong(name, 'text');
  }

  /** Returns a dtype; null if it is missing. */
  dtype(name = 'dtype'): DType | null {
    if (!this.has(name)) return null;
    const dtype = dtypeInManabi(this.text(name));
    if (dtype !== undefined) return dtype;
    throw this.wrong(name, 'a dtype of numbers or booleans');
  }

  /** Rejects an option with a value other than those that the operator supports. */
  only(name: string, ...accepted: readonly unknown[]): void {
    const value = this.value(name) ?? null;
    if (value === null || accepted.includes(value)) return;
    throw this.wrong(name, accepted.map((item) => JSON.stringify(item)).join(' or ') || 'None');
  }

  /** Returns the error for an argument that the operator does not support. */
  wrong(name: string, expected: string): ManabiError {
    return new ManabiError(
      'argument',
      `Operator ${this.#operator}: \`${name}\` must be ${expected}; got ${formatGiven(this.value(name))}.`,
      { op: this.#operator, data: { operator: this.#operator, name } },
    );
  }
}

function isInteger(value: unknown): value is number {
  return Number.isInteger(value);
}

function widened(x: TensorLike, other: TensorLike): TensorLike {
  const hasDecimals = typeof other === 'number' && !Number.isInteger(other);
  return hasDecimals && isTensor(x) && /^u?int|bool/.test(x.dtype) ? astype(x, 'float32') : x;
}
