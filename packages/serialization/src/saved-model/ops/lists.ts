import * as mb from '@manabi/core';
import { integers, tensorValue, toTensor, type Value } from '../values.ts';
import type { Op, OpContext } from './context.ts';

/** Largest accepted length of a list: loops over lists are unrolled. */
const MOST_ITEMS = 1 << 16;

function itemsOf(context: OpContext, position: number): readonly (Value | null)[] {
  const value = context.input(position);
  if (value.kind === 'list') return value.items;
  throw context.unsupported(`input ${position} is not a list`);
}

function emptyList(context: OpContext, count: number): Value {
  if (count < 0 || count > MOST_ITEMS) throw context.unsupported(`a list of ${count} items is too long`);
  return { kind: 'list', items: new Array<null>(count).fill(null) };
}

function indexIn(context: OpContext, items: readonly unknown[]): number {
  const index = context.number(1);
  if (index >= 0 && index < items.length) return index;
  throw context.unsupported(`index ${index} is outside a list of ${items.length} items`);
}

function tensorsOf(context: OpContext, items: readonly (Value | null)[]): mb.Tensor[] {
  return items.map((item, i) => {
    const tensor = item === null ? null : toTensor(item);
    if (tensor === null) throw context.unsupported(`item ${i} of the list is missing`);
    return tensor;
  });
}

/** Operations on lists of tensors, in which recurrent layers collect their steps. */
export const listOps: Readonly<Record<string, Op>> = {
  TensorListFromTensor: (context) => {
    const x = context.x(0);
    const [count, ...rest] = x.shape;
    emptyList(context, count);
    return [{ kind: 'list', items: mb.split(x, count, 0).map((item) => tensorValue(mb.reshape(item, rest))) }];
  },
  TensorListGetItem: (context) => {
    const items = itemsOf(context, 0);
    const index = indexIn(context, items);
    return [tensorValue(tensorsOf(context, [items[index]])[0])];
  },
  TensorListLength: (context) => [integers([itemsOf(context, 0).length], [])],
  TensorListReserve: (context) => [emptyList(context, context.number(1))],
  TensorListSetItem: (context) => {
    const items = itemsOf(context, 0);
    const index = indexIn(context, items);
    return [{ kind: 'list', items: items.map((item, i) => (i === index ? context.input(2) : item)) }];
  },
  TensorListStack: (context) => [tensorValue(mb.stack(tensorsOf(context, itemsOf(context, 0)), 0))],
};
