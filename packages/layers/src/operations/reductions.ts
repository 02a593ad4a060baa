import * as core from '@manabi/core';
import { type Axis, astype, mean, type ReduceOptions, sum, type Tensor, type TensorLike, variance } from '@manabi/core';
import { isIntegral, type Operator, withOptions } from './operator.ts';

/** Operators of `keras.ops` that reduce, sort or accumulate along axes, by class name. */
export const reductions = {
  All: reduction(core.all),
  Amax: reduction(core.max),
  Amin: reduction(core.min),
  Any: reduction(core.any),
  Argmax: arg(core.argmax),
  Argmin: arg(core.argmin),
  Argsort: withOptions((x, given) => core.argsort(x, sortedAxis(given.axis()))),
  CountNonzero: withOptions((x, given) => sum(astype(core.notEqual(x, 0), 'int32'), given.axis())),
  Cumsum: withOptions((x, given) => {
    const dtype = given.dtype();
    return core.cumsum(dtype === null ? x : astype(x, dtype), sortedAxis(given.axis()));
  }),
  Logsumexp: { ...reduction(core.logsumexp), module: 'math' },
  Max: reduction(core.max),
  Mean: reduction(mean),
  Min: reduction(core.min),
  Moments: withOptions((x, given) => {
    given.only('synchronized', false);
    const options = { keepdims: given.flag('keepdims') };
    return [mean(x, given.axis('axes'), options), variance(x, given.axis('axes'), options)];
  }, 'nn'),
  Norm: withOptions((x, given) => {
    given.only('ord', 1, 2, 'fro');
    const ord = given.value('ord');
    const axis = given.axis();
    if (ord === 'fro' || typeof ord !== 'number' || typeof axis === 'number') {
      return core.norm(x, axis, { ord: typeof ord === 'number' ? ord : 2, keepdims: given.flag('keepdims') });
    }
    // The norms of matrices.
    throw given.wrong('ord', 'None or "fro" for several axes');
  }, 'linalg'),
  Prod: reduction(core.prod),
  Ptp: reduction((x, axis, options) => core.sub(core.max(x, axis, options), core.min(x, axis, options))),
  Sort: withOptions((x, given) => core.sort(x, sortedAxis(given.axis()))),
  Std: reduction(core.std),
  Sum: reduction(sum),
  TopK: withOptions((x, given) => {
    const { values, indices } = core.topK(x, given.integer('k'));
    return [values, indices];
  }, 'math'),
  Var: reduction(variance),
} satisfies Readonly<Record<string, Operator>>;

type Reduce = (x: TensorLike, axis?: Axis, options?: ReduceOptions) => Tensor;

function reduction(f: Reduce): Operator {
  return withOptions((x, given) => {
    given.only('initial');
    const dtype = given.dtype();
    const reduced = f(x, given.axis(), { keepdims: given.flag('keepdims') });
    return dtype === null ? reduced : astype(reduced, dtype);
  });
}

function arg(f: (x: TensorLike, axis?: number | null, options?: ReduceOptions) => Tensor): Operator {
  return withOptions((x, given) => {
    const axis = given.axis();
    if (typeof axis === 'number' || axis === null) {
      return f(isIntegral(x) ? astype(x, 'int32') : x, axis, { keepdims: given.flag('keepdims') });
    }
    throw given.wrong('axis', 'an integer or None');
  });
}

/** Returns an axis along which elements are ordered; null for all elements in one row. */
function sortedAxis(axis: Axis): number | null {
  return typeof axis === 'number' || axis === null ? axis : axis[0];
}
