import { fromHost, type HostArray, hostArray, type Tensor } from '@manabi/core';
import { elementKinds } from '@manabi/data/internal';
import { dtypes } from '@manabi/ir';
import type { TensorElement } from './tensor-types.ts';

/** Small array whose elements are known before the program runs: a constant, a shape, or the counter of a loop. */
export interface HostValue {
  readonly kind: 'host';
  readonly element: TensorElement;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** Value during the evaluation of a graph. */
export type Value =
  | { readonly kind: 'tensor'; readonly tensor: Tensor }
  | HostValue
  /** Large constant. */
  | { readonly kind: 'array'; readonly array: HostArray }
  | { readonly kind: 'texts'; readonly texts: readonly string[] }
  /** Reference to a variable, by the name of its node. */
  | { readonly kind: 'variable'; readonly name: string }
  /** Variable in a checkpoint that has not been read, and the part of it to read. */
  | { readonly kind: 'stored'; readonly key: string; readonly part: string }
  | { readonly kind: 'list'; readonly items: readonly (Value | null)[] };

/** Returns a small array. */
export function host(element: TensorElement, shape: readonly number[], data: readonly number[]): HostValue {
  return { kind: 'host', element, shape, data };
}

export const INT32: TensorElement = { name: 'int32', kind: 'int32' };
export const BOOL: TensorElement = { name: 'bool', kind: 'bool' };

/** Returns a vector of integers. */
export function integers(data: readonly number[], shape: readonly number[] = [data.length]): HostValue {
  return host(INT32, shape, data);
}

/** Converts a small array to a host array. Integers beyond 32 bits are limited to the range of int32. */
function arrayOf({ element, shape, data }: HostValue): HostArray {
  const { dtype } = elementKinds[element.kind ?? 'float32'];
  const elements = dtypes[dtype].create(data.length);
  const limit = (value: number): number =>
    dtype === 'int32' ? Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, value)) : value;
  data.forEach((value, i) => {
    elements[i] = limit(value);
  });
  return hostArray(dtype, shape, elements);
}

/** Returns a tensor. */
export function tensorValue(tensor: Tensor): Value {
  return { kind: 'tensor', tensor };
}

/** Converts a value to a tensor; null for values that are not arrays. */
export function toTensor(value: Value): Tensor | null {
  if (value.kind === 'tensor') return value.tensor;
  if (value.kind === 'host') return fromHost(arrayOf(value));
  return value.kind === 'array' ? fromHost(value.array) : null;
}
