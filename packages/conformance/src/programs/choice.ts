import type { DType, Tensor } from '@manabi/core';
import type { RandomSource } from '@manabi/testing';
import type { Json } from './program.ts';

/**
 * A random step of a program: the positions of its operands, its other arguments, and a function that makes the call.
 */
export interface Drawn {
  readonly of: readonly number[];
  readonly with: Json;
  readonly apply: (tensors: readonly Tensor[]) => Tensor;
}

/** Function that returns a random step on existing values; null if no value is suitable as operand. */
export type Draw = (choice: Choice) => Drawn | null;

/** A value of a program under construction, and its position. */
export interface Chosen {
  readonly at: number;
  readonly tensor: Tensor;
}

/** Makes random choices while a program is constructed. */
export class Choice {
  readonly random: RandomSource;
  /**
   * Values of the program so far. They are pending tensors: their dtypes and shapes are known, but not their elements.
   */
  readonly values: readonly Tensor[];

  constructor(random: RandomSource, values: readonly Tensor[]) {
    this.random = random;
    this.values = values;
  }

  /** Returns a random integer in [low, high]. */
  integer(low: number, high: number): number {
    return this.random.integer(low, high + 1);
  }

  chance(probability: number): boolean {
    return this.random.chance(probability);
  }

  pick<T>(from: readonly T[]): T {
    return this.random.pick(from);
  }

  /**
   * Returns a random value for which `fits` returns true; null if it returns true for no value. Recent values are more
   * likely, which produces longer chains of calls.
   */
  value(fits: (tensor: Tensor) => boolean = () => true): Chosen | null {
    const fitting = this.values.flatMap((tensor, at) => (fits(tensor) ? [{ at, tensor }] : []));
    if (fitting.length === 0) return null;
    return this.pick(this.chance(0.6) ? fitting.slice(-3) : fitting);
  }

  /** Returns a random axis of a tensor, possibly negative. */
  axis({ rank }: Tensor): number {
    return this.integer(-rank, rank - 1);
  }

  /** Returns random axes of a tensor: all (null), one, or several in any order. */
  axes(tensor: Tensor): number | readonly number[] | null {
    if (tensor.rank === 0 || this.chance(0.25)) return null;
    if (this.chance(0.5)) return this.axis(tensor);
    const order = this.random.permutation(tensor.rank).slice(0, this.integer(1, tensor.rank));
    return order.map((axis) => (this.chance(0.3) ? axis - tensor.rank : axis));
  }

  /** Returns random indices along an axis, possibly negative. */
  indices(count: number, length: number): number[] {
    return Array.from({ length: count }, () => this.integer(-length, length - 1));
  }

  /** Returns a random number representable in a dtype. */
  number(dtype: DType): number {
    if (dtype === 'float32' || dtype === 'float64') {
      return this.chance(0.3) ? this.integer(-2, 3) : Math.round(this.random.uniform(-300, 300)) / 100;
    }
    return dtype === 'int32' ? this.integer(-4, 5) : this.integer(0, dtype === 'bool' ? 1 : 5);
  }
}
