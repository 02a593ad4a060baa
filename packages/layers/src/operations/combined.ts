import * as core from '@manabi/core';
import { add, div, logicalAnd, mean, mul, reshape, sub, sum, type Tensor, where } from '@manabi/core';
import type { Given } from './given.ts';
import { binary, type Operator, unary, withOptions } from './operator.ts';

/** Operators of `keras.ops` that combine several functions of `core`, by class name. */
export const combined = {
  ArraySplit: withOptions((x, given) => {
    const axis = given.integer('axis', 0);
    const parts = given.integers('indicesOrSections');
    return core.split(x, Array.isArray(given.value('indicesOrSections')) ? parts : cutsOf(x, parts[0], axis), axis);
  }),
  Average: {
    module: 'numpy',
    call: ['x', 'weights'],
    compute: (given) => {
      const x = given.tensor('x');
      if (!given.has('weights')) return mean(x, given.axis());
      const weights = core.broadcastTo(alongAxis(given.tensor('weights'), x, given), x.shape);
      return div(sum(mul(x, weights), given.axis()), sum(weights, given.axis()));
    },
  },
  BatchNorm: {
    module: 'nn',
    call: ['x', 'mean', 'variance', 'offset', 'scale'],
    compute: (given) => {
      const x = given.tensor('x');
      const part = (name: string): Tensor => alongAxis(given.tensor(name), x, given);
      const deviation = core.sqrt(add(part('variance'), given.number('epsilon', 1e-3)));
      const normal = div(sub(x, part('mean')), deviation);
      const scaled = given.has('scale') ? mul(normal, part('scale')) : normal;
      return given.has('offset') ? add(scaled, part('offset')) : scaled;
    },
  },
  DotProductAttention: {
    module: 'nn',
    call: ['query', 'key', 'value', 'bias', 'mask', 'scale'],
    compute: (given) => dotProductAttention(given),
  },
  Dsplit: withOptions((x, given) => evenSplit(x, given, 2)),
  Fmax: binary((x, y) => where(core.isnan(x), y, where(core.isnan(y), x, core.maximum(x, y)))),
  Fmin: binary((x, y) => where(core.isnan(x), y, where(core.isnan(y), x, core.minimum(x, y)))),
  Heaviside: binary((x, y) => where(core.less(x, 0), 0, where(core.equal(x, 0), y, 1))),
  Hsplit: withOptions((x, given) => evenSplit(x, given, x.rank === 1 ? 0 : 1)),
  Isclose: {
    module: 'numpy',
    call: ['x1', 'x2', 'rtol', 'atol'],
    compute: (given) => {
      given.only('equalNan', false);
      const [x, y] = given.pair('x1', 'x2');
      const most = add(mul(core.abs(y), given.number('rtol', 1e-5)), given.number('atol', 1e-8));
      return core.lessEqual(core.abs(sub(x, y)), most);
    },
  },
  Isneginf: unary((x) => logicalAnd(core.isinf(x), core.less(x, 0))),
  Isposinf: unary((x) => logicalAnd(core.isinf(x), core.greater(x, 0))),
  Median: withOptions((x, given) => median(x, given)),
  MultiHot: {
    module: 'nn',
    call: ['inputs'],
    compute: (given) => {
      given.only('sparse', false);
      const x = given.tensor('inputs');
      const hot = core.oneHot(x, given.integer('numClasses'), {
        axis: given.integer('axis', -1),
        dtype: given.dtype() ?? 'float32',
      });
      return core.max(hot, x.rank > 1 ? 1 : 0);
    },
  },
  Trace: withOptions((x, given) => {
    given.only('offset', 0);
    const moved = core.moveaxis(x, [given.integer('axis1', 0), given.integer('axis2', 1)], [-2, -1]);
    return core.einsum('...ii->...', moved);
  }),
  Vdot: {
    module: 'numpy',
    call: ['x1', 'x2'],
    compute: (given) => sum(mul(reshape(given.tensor('x1'), [-1]), reshape(given.tensor('x2'), [-1]))),
  },
  Vsplit: withOptions((x, given) => evenSplit(x, given, 0)),
} satisfies Readonly<Record<string, Operator>>;

/** Returns where to cut an axis into a number of parts, of which the first ones may be longer by one. */
function cutsOf({ shape }: Tensor, count: number, axis: number): readonly number[] {
  const length = shape.at(axis) ?? 0;
  const [size, longer] = [Math.floor(length / count), length % count];
  return Array.from({ length: count - 1 }, (_, i) => (i + 1) * size + Math.min(i + 1, longer));
}

function evenSplit(x: Tensor, given: Given, axis: number): Tensor[] {
  const parts = given.integers('indicesOrSections');
  return core.split(x, Array.isArray(given.value('indicesOrSections')) ? parts : parts[0], axis);
}

/** Returns an array of one axis with its elements along the axis of an operator's option, for broadcasting. */
function alongAxis(values: Tensor, { rank }: Tensor, given: Given): Tensor {
  const axis = given.axis();
  if (typeof axis !== 'number' || values.rank !== 1) return values;
  const at = axis < 0 ? axis + rank : axis;
  return reshape(
    values,
    Array.from({ length: rank }, (_, i) => (i === at ? values.shape[0] : 1)),
  );
}

function median(x: Tensor, given: Given): Tensor {
  const axis = given.axis();
  if (axis !== null && typeof axis !== 'number') throw given.wrong('axis', 'an integer or None');
  const isFlat = axis === null;
  const sorted = core.sort(isFlat ? reshape(x, [-1]) : x, isFlat ? 0 : axis);
  const at = isFlat ? 0 : axis < 0 ? axis + x.rank : axis;
  const length = sorted.shape[at];
  const from = Math.floor((length - 1) / 2);
  const middle = core.index(
    sorted,
    ...sorted.shape.map((_, i) => (i === at ? [from, Math.floor(length / 2) + 1] : [])),
  );
  const keepdims = given.flag('keepdims');
  const value = mean(middle, at, { keepdims });
  return isFlat && keepdims
    ? reshape(
        value,
        x.shape.map(() => 1),
      )
    : value;
}

/** Computes attention of queries [batch, queries, heads, depth] to keys and values [batch, keys, heads, depth]. */
function dotProductAttention(given: Given): Tensor {
  given.only('attnLogitsSoftCap');
  const [query, key, value] = ['query', 'key', 'value'].map((name) => given.tensor(name));
  if (query.shape[2] !== key.shape[2]) throw given.wrong('key', 'a tensor with as many heads as the query');
  const scale = given.number('scale', 1 / Math.sqrt(query.shape[3]));
  const scores = mul(core.einsum('btnh,bsnh->bnts', query, key), scale);
  const biased = given.has('bias') ? add(scores, given.operand('bias')) : scores;
  const masks: Tensor[] = given.has('mask') ? [core.astype(given.tensor('mask'), 'bool')] : [];
  if (given.flag('isCausal')) {
    const [queries, keys] = [query.shape[1], key.shape[1]];
    masks.push(core.astype(core.tril(core.ones([queries, keys])), 'bool'));
  }
  const masked = masks.reduce<Tensor>((result, mask) => where(mask, result, LOWEST), biased);
  return core.einsum('bnts,bsnh->btnh', core.softmax(masked), value);
}

/** Score of a masked key, as in Keras. */
const LOWEST = -0.7 * 3.4028234663852886e38;
