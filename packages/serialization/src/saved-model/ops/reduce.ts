import * as mb from '@manabi/core';
import { elementKinds } from '@manabi/data/internal';
import { tensorValue } from '../values.ts';
import type { Op, OpContext } from './context.ts';

type Reduce = (x: mb.Tensor, axis: readonly number[], options: { readonly keepdims: boolean }) => mb.Tensor;

const reduction =
  (f: Reduce): Op =>
  (context) => {
    const axes = context.numbers(1);
    if (axes.length === 0) return [context.input(0)];
    return [tensorValue(f(context.x(0), axes, { keepdims: context.boolean('keep_dims') }))];
  };

const extreme =
  (f: (x: mb.Tensor, axis: number) => mb.Tensor): Op =>
  (context) => [tensorValue(f(context.x(0), context.inputs.length > 1 ? context.number(1) : 0))];

/** Multiplies matrices, exchanging the last two axes of operands where attributes say so. */
function product(context: OpContext, first: string, second: string): mb.Tensor {
  const turned = (position: number, name: string): mb.Tensor => {
    const x = context.x(position);
    return context.boolean(name) ? mb.swapaxes(x, -1, -2) : x;
  };
  return mb.matmul(turned(0, first), turned(1, second));
}

const product3: Op = (context) => [tensorValue(product(context, 'adj_x', 'adj_y'))];

/** Operations that combine several elements. */
export const reduceOps: Readonly<Record<string, Op>> = {
  All: reduction(mb.all),
  Any: reduction(mb.any),
  ArgMax: extreme((x, axis) => mb.argmax(x, axis)),
  ArgMin: extreme((x, axis) => mb.argmin(x, axis)),
  BatchMatMul: product3,
  BatchMatMulV2: product3,
  BatchMatMulV3: product3,
  Cumsum: (context) => {
    const options = { exclusive: context.boolean('exclusive'), reverse: context.boolean('reverse') };
    return [tensorValue(mb.cumsum(context.x(0), context.number(1), options))];
  },
  Einsum: (context) => [tensorValue(mb.einsum(context.text('equation'), ...context.tensors()))],
  MatMul: (context) => [tensorValue(product(context, 'transpose_a', 'transpose_b'))],
  Max: reduction(mb.max),
  Mean: reduction(mb.mean),
  Min: reduction(mb.min),
  Prod: reduction(mb.prod),
  Sum: reduction(mb.sum),
  TopKV2: (context) => {
    const { values, indices } = mb.topK(context.x(0), context.number(1));
    const { kind } = context.element('index_type');
    const dtype = elementKinds[kind ?? 'int32'].dtype;
    return [tensorValue(values), tensorValue(mb.astype(indices, dtype))];
  },
};
