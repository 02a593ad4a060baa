import '@manabi/backend-cpu/register';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  all,
  any,
  arange,
  argmax,
  argmin,
  argsort,
  cumsum,
  dot,
  einsum,
  grad,
  logsumexp,
  matmul,
  max,
  mean,
  min,
  norm,
  ones,
  outer,
  prod,
  reciprocal,
  registerBackend,
  reshape,
  scalar,
  sort,
  std,
  sum,
  swapaxes,
  type Tensor,
  tensor,
  tensordot,
  topK,
  transpose,
  variance,
  zeros,
} from '../index.ts';
import { thrown } from '../test-backend/errors.fixture.ts';
import { referenceBackend } from '../test-backend/reference-backend.fixture.ts';
import { type Case, check } from './numpy-case.fixture.ts';

beforeAll(() => registerBackend('reference', () => referenceBackend()));

describe('reductions', () => {
  // biome-ignore format: a case a line
  test.each<Case>([
    ['sum of all', () => sum(tensor([[1, 2, 3], [4, 5, 6]])), 'float32', 21],
    ['sum over an axis', () => sum(tensor([[1, 2, 3], [4, 5, 6]]), 0), 'float32', [5, 7, 9]],
    ['sum over a negative axis with keepdims', () => sum(tensor([[1, 2, 3], [4, 5, 6]]), -1, { keepdims: true }), 'float32', [[6], [15]]],
    ['sum over two axes', () => sum(reshape(arange(24), [2, 3, 4]), [0, 2]), 'float32', [60, 92, 124]],
    ['sum over no axes', () => sum(tensor([1, -2, 0.5]), []), 'float32', [1, -2, 0.5]],
    ['sum of bool as int32', () => sum(tensor([true, false, true])), 'int32', 2],
    ['sum of bytes as uint32', () => sum(tensor(Uint8Array.of(200, 100))), 'uint32', 300],
    ['sum of an empty tensor', () => sum(zeros([0])), 'float32', 0],
    ['sum of a scalar', () => sum(scalar(3)), 'float32', 3],
    ['prod', () => prod(tensor([[1, 2, 3], [4, 5, 6]]), 1), 'float32', [6, 120]],
    ['max', () => max(tensor([[1, 2, 3], [4, 5, 6]]), 0), 'float32', [4, 5, 6]],
    ['max of NaN', () => max(tensor([[3, Number.NaN], [1, 2]]), 1), 'float32', [Number.NaN, 2]],
    ['min of integers', () => min(tensor([7, -7, 3], { dtype: 'int32' })), 'int32', -7],
    ['max of an empty axis as -Infinity', () => max(zeros([2, 0]), 1), 'float32', [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]],
    ['infinity norm of an empty axis', () => norm(zeros([2, 0]), 1, { ord: Number.POSITIVE_INFINITY }), 'float32', [0, 0]],
    ['variance with overflow', () => variance(tensor([3e38, 3e38, -3e38])), 'float32', Number.POSITIVE_INFINITY],
    ['gradient of std at equal elements', () => grad((x: Tensor) => std(x))(ones([3])), 'float32', [0, 0, 0]],
    ['any', () => any(tensor([1, -2, 0.5]), 0), 'bool', true],
    ['all', () => all(tensor([[1, 0], [1, 1]]), 1), 'bool', [false, true]],
    ['mean', () => mean(tensor([[1, 2, 3], [4, 5, 6]]), 0), 'float32', [2.5, 3.5, 4.5]],
    ['mean of integers', () => mean(tensor([7, -7, 3], { dtype: 'int32' })), 'float32', 1],
    ['mean of an empty tensor', () => mean(zeros([0])), 'float32', Number.NaN],
    ['variance', () => variance(tensor([[1, 2, 3], [4, 5, 6]]), 1), 'float32', [0.6666667, 0.6666667]],
    ['variance of a sample with keepdims', () => variance(tensor([[1, 2, 3], [4, 5, 6]]), 1, { ddof: 1, keepdims: true }), 'float32', [[1], [1]]],
    ['std', () => std(tensor([[1, 2, 3], [4, 5, 6]])), 'float32', 1.707825],
    ['logsumexp', () => logsumexp(tensor([[1, 2, 3], [4, 5, 6]]), 1), 'float32', [3.407606, 6.407606]],
    ['logsumexp of large numbers', () => logsumexp(tensor([1000, 1000])), 'float32', 1000.693],
    ['norm', () => norm(tensor([[1, 2, 3], [4, 5, 6]]), 1), 'float32', [3.741657, 8.774964]],
    ['norm of order 1', () => norm(tensor([1, -2, 0.5]), 0, { ord: 1 }), 'float32', 3.5],
    ['norm of order infinity', () => norm(tensor([1, -2, 0.5]), 0, { ord: Number.POSITIVE_INFINITY }), 'float32', 2],
    ['argmax', () => argmax(tensor([[1, 2, 3], [4, 5, 6]]), 1), 'int32', [2, 2]],
    ['argmax of all elements', () => argmax(tensor([[1, 2, 3], [4, 5, 6]])), 'int32', 5],
    ['argmax of NaN', () => argmax(tensor([[3, Number.NaN], [1, 2]]), 1, { keepdims: true }), 'int32', [[1], [1]]],
    ['argmin', () => argmin(tensor([1, -2, 0.5])), 'int32', 1],
    ['cumsum', () => cumsum(tensor([[1, 2, 3], [4, 5, 6]]), 1), 'float32', [[1, 3, 6], [4, 9, 15]]],
    ['cumsum of all elements', () => cumsum(tensor([[1, 2, 3], [4, 5, 6]])), 'float32', [1, 3, 6, 10, 15, 21]],
    ['cumsum of bool', () => cumsum(tensor([true, false, true]), 0), 'int32', [1, 1, 2]],
    ['cumsum with reverse and exclusive', () => cumsum(tensor([1, -2, 0.5]), 0, { reverse: true, exclusive: true }), 'float32', [-1.5, 0.5, 0]],
  ])('%s matches NumPy', check);
});

describe('sorting', () => {
  // biome-ignore format: a case a line
  test.each<Case>([
    ['sort', () => sort(tensor([1, -2, 0.5])), 'float32', [-2, 0.5, 1]],
    ['sort over an axis', () => sort(tensor([[3, 1], [2, 2]]), 0), 'float32', [[2, 1], [3, 2]]],
    ['sort of all elements with NaN', () => sort(tensor([[3, Number.NaN], [1, 2]]), null), 'float32', [1, 2, 3, Number.NaN]],
    ['sort in descending order', () => sort(tensor([7, -7, 3], { dtype: 'int32' }), 0, { descending: true }), 'int32', [7, 3, -7]],
    ['argsort of equal elements', () => argsort(tensor([2, 1, 2, 1])), 'int32', [1, 3, 0, 2]],
    ['topK values', () => topK(tensor([[1, 2, 3], [4, 5, 6]]), 2).values, 'float32', [[3, 2], [6, 5]]],
    ['topK indices of the smallest', () => topK(tensor([[1, 2, 3], [4, 5, 6]]), 1, { axis: 0, largest: false }).indices, 'int32', [[0, 0, 0]]],
  ])('%s matches NumPy', check);
});

describe('products', () => {
  // biome-ignore format: a case a line
  test.each<Case>([
    ['matmul', () => matmul(tensor([[1, 2, 3], [4, 5, 6]]), transpose(tensor([[1, 2, 3], [4, 5, 6]]))), 'float32', [[14, 32], [32, 77]]],
    ['matmul of vectors', () => matmul(tensor([1, -2, 0.5]), tensor([1, -2, 0.5])), 'float32', 5.25],
    ['matmul of a matrix and a vector', () => matmul(tensor([[1, 2, 3], [4, 5, 6]]), tensor([1, -2, 0.5])), 'float32', [-1.5, -3]],
    ['matmul of a vector and a matrix', () => matmul(tensor([1, 2]), tensor([[1, 2, 3], [4, 5, 6]])), 'float32', [9, 12, 15]],
    ['matmul of batches', () => matmul(reshape(arange(24), [2, 3, 4]), swapaxes(reshape(arange(24), [2, 3, 4]), 1, 2)), 'float32', [[[14, 38, 62], [38, 126, 214], [62, 214, 366]], [[734, 950, 1166], [950, 1230, 1510], [1166, 1510, 1854]]]],
    ['matmul of a batch and a matrix', () => matmul(reshape(arange(24), [2, 3, 4]), ones([4, 2])), 'float32', [[[6, 6], [22, 22], [38, 38]], [[54, 54], [70, 70], [86, 86]]]],
    ['matmul of a matrix and a batch', () => matmul(ones([2, 3]), reshape(arange(24), [2, 3, 4])), 'float32', [[[12, 15, 18, 21], [12, 15, 18, 21]], [[48, 51, 54, 57], [48, 51, 54, 57]]]],
    ['matmul of a vector and a batch', () => matmul(tensor([1, -2, 0.5]), reshape(arange(24), [2, 3, 4])), 'float32', [[-4, -4.5, -5, -5.5], [-10, -10.5, -11, -11.5]]],
    ['matmul of batches that broadcast', () => matmul(reshape(arange(12), [2, 1, 2, 3]), reshape(arange(18), [3, 3, 2])), 'float32', [[[[10, 13], [28, 40]], [[28, 31], [100, 112]], [[46, 49], [172, 184]]], [[[46, 67], [64, 94]], [[172, 193], [244, 274]], [[298, 319], [424, 454]]]]],
    ['matmul of integers', () => matmul(tensor([7, -7, 3], { dtype: 'int32' }), tensor([2, 2, -2], { dtype: 'int32' })), 'int32', -6],
    ['dot of rank 3 and rank 2', () => dot(reshape(arange(24), [2, 3, 4]), reshape(arange(8), [4, 2])), 'float32', [[[28, 34], [76, 98], [124, 162]], [[172, 226], [220, 290], [268, 354]]]],
    ['dot with a scalar', () => dot(tensor([1, -2, 0.5]), 2), 'float32', [2, -4, 1]],
    ['tensordot over axes', () => tensordot(reshape(arange(24), [2, 3, 4]), reshape(arange(24), [2, 3, 4]), [[0, 2], [0, 2]]), 'float32', [[748, 988, 1228], [988, 1356, 1724], [1228, 1724, 2220]]],
    ['tensordot over the last axes', () => tensordot(tensor([[1, 2, 3], [4, 5, 6]]), tensor([[1, 2, 3], [4, 5, 6]]), [[-1], [-1]]), 'float32', [[14, 32], [32, 77]]],
    ['outer', () => outer(tensor([1, -2, 0.5]), tensor([1, 2])), 'float32', [[1, 2], [-2, -4], [0.5, 1]]],
    ['outer of signed zeros', () => reciprocal(outer(tensor([-1]), tensor([0, 1]))), 'float32', [[Number.NEGATIVE_INFINITY, -1]]],
    ['outer of bool as int32', () => outer(tensor([true, false]), tensor([true])), 'int32', [[1], [0]]],
    ['einsum as a transpose', () => einsum('ij->ji', tensor([[1, 2, 3], [4, 5, 6]])), 'float32', [[1, 4], [2, 5], [3, 6]]],
    ['einsum as a sum', () => einsum('ij->', tensor([[1, 2, 3], [4, 5, 6]])), 'float32', 21],
    ['einsum as a diagonal', () => einsum('ii->i', reshape(arange(9), [3, 3])), 'float32', [0, 4, 8]],
    ['einsum as a trace', () => einsum('ii', reshape(arange(9), [3, 3])), 'float32', 12],
    ['einsum as a matrix product', () => einsum('ij,kj', tensor([[1, 2, 3], [4, 5, 6]]), tensor([[1, 2, 3], [4, 5, 6]])), 'float32', [[14, 32], [32, 77]]],
    ['einsum of batches', () => einsum('bij,bkj->bik', reshape(arange(24), [2, 3, 4]), reshape(arange(24), [2, 3, 4])), 'float32', [[[14, 38, 62], [38, 126, 214], [62, 214, 366]], [[734, 950, 1166], [950, 1230, 1510], [1166, 1510, 1854]]]],
    ['einsum of batches in another order', () => einsum('bij,bkj->kbi', reshape(arange(24), [2, 3, 4]), reshape(arange(24), [2, 3, 4])), 'float32', [[[14, 38, 62], [734, 950, 1166]], [[38, 126, 214], [950, 1230, 1510]], [[62, 214, 366], [1166, 1510, 1854]]]],
    ['einsum of three operands', () => einsum('i,ij,j->', tensor([1, 2]), tensor([[1, 2, 3], [4, 5, 6]]), tensor([1, -2, 0.5])), 'float32', -7.5],
    ['einsum with an ellipsis', () => einsum('...ij,...j->...i', reshape(arange(24), [2, 3, 4]), tensor([1, 0, 0, 1])), 'float32', [[3, 11, 19], [27, 35, 43]]],
    ['einsum with broadcasting ellipses', () => einsum('...i,...i->...', ones([2, 1, 3]), ones([4, 3])), 'float32', [[3, 3, 3, 3], [3, 3, 3, 3]]],
    ['einsum as an elementwise product', () => einsum('ij,ij->ij', tensor([[1, 2, 3], [4, 5, 6]]), tensor([[1, 2, 3], [4, 5, 6]])), 'float32', [[1, 4, 9], [16, 25, 36]]],
    ['einsum with a label of one operand only', () => einsum('ij,k->k', tensor([[1, 2, 3], [4, 5, 6]]), tensor([1, -2, 0.5])), 'float32', [21, -42, 10.5]],
  ])('%s matches NumPy', check);
});

describe('reductions and products', () => {
  test('reject axes that are out of range or repeated', () => {
    expect(thrown(() => sum(zeros([2, 3]), 2))).toMatchObject({ code: 'axis', op: 'sum', data: { axis: 2, rank: 2 } });
    expect(thrown(() => mean(zeros([2, 3]), -3))).toMatchObject({ code: 'axis', op: 'mean' });
    expect(thrown(() => sum(zeros([2, 3]), [0, -2]))).toMatchObject({ code: 'axis', data: { axis: 0 } });
    expect(thrown(() => sum(zeros([2]), 0.5))).toMatchObject({ code: 'axis' });
    expect(thrown(() => max(scalar(1), 0))).toMatchObject({ code: 'axis', op: 'max' });
  });

  test('reject an argmax over an empty axis, and a topK whose k exceeds the length of the axis', () => {
    expect(thrown(() => argmax(zeros([0]), 0))).toMatchObject({ code: 'shape' });
    expect(thrown(() => topK(zeros([2]), 3))).toMatchObject({ code: 'attribute' });
  });

  test('reject an unsupported order of norm', () => {
    expect(thrown(() => norm(zeros([2]), 0, { ord: 3 }))).toMatchObject({ code: 'argument', op: 'norm' });
  });

  test('reject operands whose shapes do not match', () => {
    expect(thrown(() => matmul(zeros([2, 3]), zeros([2, 3])))).toMatchObject({
      code: 'shape',
      op: 'matmul',
      data: {
        shapes: [
          [2, 3],
          [2, 3],
        ],
      },
    });
    expect(thrown(() => matmul(zeros([2, 2, 3]), zeros([3, 3, 2])))).toMatchObject({ code: 'shape', op: 'matmul' });
    expect(thrown(() => matmul(scalar(1), zeros([1])))).toMatchObject({ code: 'shape' });
    expect(thrown(() => tensordot(zeros([2]), zeros([3]), 1))).toMatchObject({ code: 'shape', op: 'tensordot' });
  });

  test('einsum rejects invalid formulas and mismatched shapes', () => {
    const x = zeros([2, 3]);
    for (const formula of ['ij,jk->ik', 'ijk->i', 'ij->k', 'ij->ii', 'i->i', 'i2->i', 'ij->i->j']) {
      expect(thrown(() => einsum(formula, x))).toMatchObject({ code: 'argument', op: 'einsum', data: { formula } });
    }
    expect(thrown(() => einsum('ij,ij->', x, zeros([3, 2])))).toMatchObject({ code: 'shape', op: 'einsum' });
  });
});
