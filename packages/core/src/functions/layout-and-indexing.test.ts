import '@manabi/backend-cpu/register';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  arange,
  argsort,
  astype,
  bitcast,
  broadcastTo,
  concatenate,
  dynamicSlice,
  dynamicUpdateSlice,
  expandDims,
  eye,
  flip,
  fromHost,
  full,
  fullLike,
  gatherND,
  index,
  linspace,
  moveaxis,
  negative,
  oneHot,
  ones,
  onesLike,
  pad,
  ravel,
  registerBackend,
  repeat,
  reshape,
  roll,
  scalar,
  scatterElements,
  scatterND,
  slice,
  split,
  squeeze,
  stack,
  swapaxes,
  take,
  takeAlongAxis,
  tensor,
  tile,
  transpose,
  tril,
  triu,
  zeros,
  zerosLike,
} from '../index.ts';
import { thrown } from '../test-backend/errors.fixture.ts';
import { referenceBackend } from '../test-backend/reference-backend.fixture.ts';
import { type Case, check } from './numpy-case.fixture.ts';

beforeAll(() => registerBackend('reference', () => referenceBackend()));

describe('shapes', () => {
  // biome-ignore format: a case a line
  test.each<Case>([
    ['reshape with a length of -1', () => reshape(tensor([[1, 2, 3], [4, 5, 6]]), [3, -1]), 'float32', [[1, 2], [3, 4], [5, 6]]],
    ['ravel', () => ravel(tensor([[1, 2, 3], [4, 5, 6]])), 'float32', [1, 2, 3, 4, 5, 6]],
    ['transpose', () => transpose(reshape(arange(24), [2, 3, 4])), 'float32', [[[0, 12], [4, 16], [8, 20]], [[1, 13], [5, 17], [9, 21]], [[2, 14], [6, 18], [10, 22]], [[3, 15], [7, 19], [11, 23]]]],
    ['transpose with a permutation', () => transpose(reshape(arange(24), [2, 3, 4]), [1, -1, 0]), 'float32', [[[0, 12], [1, 13], [2, 14], [3, 15]], [[4, 16], [5, 17], [6, 18], [7, 19]], [[8, 20], [9, 21], [10, 22], [11, 23]]]],
    ['swapaxes', () => swapaxes(reshape(arange(24), [2, 3, 4]), 0, -1), 'float32', [[[0, 12], [4, 16], [8, 20]], [[1, 13], [5, 17], [9, 21]], [[2, 14], [6, 18], [10, 22]], [[3, 15], [7, 19], [11, 23]]]],
    ['moveaxis', () => moveaxis(reshape(arange(24), [2, 3, 4]), -1, 0), 'float32', [[[0, 4, 8], [12, 16, 20]], [[1, 5, 9], [13, 17, 21]], [[2, 6, 10], [14, 18, 22]], [[3, 7, 11], [15, 19, 23]]]],
    ['moveaxis of two axes', () => moveaxis(reshape(arange(24), [2, 3, 4]), [0, 1], [-1, -2]), 'float32', [[[0, 12], [4, 16], [8, 20]], [[1, 13], [5, 17], [9, 21]], [[2, 14], [6, 18], [10, 22]], [[3, 15], [7, 19], [11, 23]]]],
    ['expandDims', () => expandDims(tensor([1, -2, 0.5]), [0, -1]), 'float32', [[[1], [-2], [0.5]]]],
    ['squeeze', () => squeeze(ones([1, 2, 1])), 'float32', [1, 1]],
    ['squeeze of one axis', () => squeeze(ones([1, 2, 1]), -1), 'float32', [[1, 1]]],
    ['broadcastTo', () => broadcastTo(tensor([[10], [20]]), [2, 2, 3]), 'float32', [[[10, 10, 10], [20, 20, 20]], [[10, 10, 10], [20, 20, 20]]]],
  ])('%s matches NumPy', check);
});

describe('joining and splitting', () => {
  // biome-ignore format: a case a line
  test.each<Case>([
    ['concatenate', () => concatenate([tensor([[1, 2, 3], [4, 5, 6]]), tensor([[1, 2, 3], [4, 5, 6]])], -1), 'float32', [[1, 2, 3, 1, 2, 3], [4, 5, 6, 4, 5, 6]]],
    ['concatenate with dtype promotion', () => concatenate([tensor([7, -7, 3], { dtype: 'int32' }), tensor([1, -2, 0.5])]), 'float32', [7, -7, 3, 1, -2, 0.5]],
    ['concatenate of all elements', () => concatenate([tensor([[1, 2, 3], [4, 5, 6]]), tensor([1, -2, 0.5])], null), 'float32', [1, 2, 3, 4, 5, 6, 1, -2, 0.5]],
    ['stack', () => stack([tensor([1, -2, 0.5]), tensor([1, -2, 0.5])], 1), 'float32', [[1, 1], [-2, -2], [0.5, 0.5]]],
    ['stack of numbers', () => stack([scalar(1), 2]), 'float32', [1, 2]],
    ['split', () => split(tensor([[1, 2, 3], [4, 5, 6]]), 3, 1)[1], 'float32', [[2], [5]]],
    ['split at positions', () => split(arange(7), [2, -2])[1], 'float32', [2, 3, 4]],
    ['tile', () => tile(tensor([1, -2, 0.5]), [2, 2]), 'float32', [[1, -2, 0.5, 1, -2, 0.5], [1, -2, 0.5, 1, -2, 0.5]]],
    ['tile with fewer repeats than axes', () => tile(tensor([[1, 2, 3], [4, 5, 6]]), 2), 'float32', [[1, 2, 3, 1, 2, 3], [4, 5, 6, 4, 5, 6]]],
    ['repeat', () => repeat(tensor([[1, 2, 3], [4, 5, 6]]), 2, 0), 'float32', [[1, 2, 3], [1, 2, 3], [4, 5, 6], [4, 5, 6]]],
    ['repeat of all elements', () => repeat(tensor([[1, 2, 3], [4, 5, 6]]), 2), 'float32', [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]],
    ['flip', () => flip(tensor([[1, 2, 3], [4, 5, 6]]), 1), 'float32', [[3, 2, 1], [6, 5, 4]]],
    ['flip of all axes', () => flip(tensor([[1, 2, 3], [4, 5, 6]])), 'float32', [[6, 5, 4], [3, 2, 1]]],
    ['roll', () => roll(tensor([[1, 2, 3], [4, 5, 6]]), 1, 1), 'float32', [[3, 1, 2], [6, 4, 5]]],
    ['roll of all elements backwards', () => roll(tensor([[1, 2, 3], [4, 5, 6]]), -2), 'float32', [[3, 4, 5], [6, 1, 2]]],
    ['roll of two axes', () => roll(tensor([[1, 2, 3], [4, 5, 6]]), [1, -1], [0, 1]), 'float32', [[5, 6, 4], [2, 3, 1]]],
    ['pad', () => pad(tensor([1, -2, 0.5]), 1), 'float32', [0, 1, -2, 0.5, 0]],
    ['pad with a value', () => pad(tensor([[1, 2, 3], [4, 5, 6]]), [[0, 1], [2, 0]], { value: 9 }), 'float32', [[9, 9, 1, 2, 3], [9, 9, 4, 5, 6], [9, 9, 9, 9, 9]]],
    ['pad with a pair', () => pad(tensor([7, -7, 3], { dtype: 'int32' }), [1, 2]), 'int32', [0, 7, -7, 3, 0, 0]],
    ['pad with mode edge', () => pad(tensor([[1, 2, 3], [4, 5, 6]]), 1, { mode: 'edge' }), 'float32', [[1, 1, 2, 3, 3], [1, 1, 2, 3, 3], [4, 4, 5, 6, 6], [4, 4, 5, 6, 6]]],
    ['pad with mode reflect', () => pad(tensor([[1, 2, 3], [4, 5, 6]]), [[1, 0], [2, 2]], { mode: 'reflect' }), 'float32', [[6, 5, 4, 5, 6, 5, 4], [3, 2, 1, 2, 3, 2, 1], [6, 5, 4, 5, 6, 5, 4]]],
    ['pad with mode wrap', () => pad(tensor([1, -2, 0.5]), [3, 1], { mode: 'wrap' }), 'float32', [1, -2, 0.5, 1, -2, 0.5, 1]],
    ['slice', () => slice(reshape(arange(24), [2, 3, 4]), [0, 1, -2], [-1, 2, 2]), 'float32', [[[6, 7], [10, 11]], [[18, 19], [22, 23]]]],
  ])('%s matches NumPy', check);
});

describe('indexing', () => {
  // biome-ignore format: a case a line
  test.each<Case>([
    ['index with a position', () => index(reshape(arange(24), [2, 3, 4]), 1), 'float32', [[12, 13, 14, 15], [16, 17, 18, 19], [20, 21, 22, 23]]],
    ['index with negative positions', () => index(reshape(arange(24), [2, 3, 4]), -1, -1), 'float32', [20, 21, 22, 23]],
    ['index with a range', () => index(reshape(arange(24), [2, 3, 4]), [], [1, null]), 'float32', [[[4, 5, 6, 7], [8, 9, 10, 11]], [[16, 17, 18, 19], [20, 21, 22, 23]]]],
    ['index with a range and a step', () => index(reshape(arange(24), [2, 3, 4]), '...', [null, null, 2]), 'float32', [[[0, 2], [4, 6], [8, 10]], [[12, 14], [16, 18], [20, 22]]]],
    ['index with a reversed range', () => index(reshape(arange(24), [2, 3, 4]), [null, null, -1], [], [2, 0, -1]), 'float32', [[[14, 13], [18, 17], [22, 21]], [[2, 1], [6, 5], [10, 9]]]],
    ['index with a reversed range and a step', () => index(arange(10), [8, 1, -3]), 'float32', [8, 5, 2]],
    ['index with an empty range', () => index(arange(4), [3, 1]), 'float32', []],
    ['index with ends beyond the axis', () => index(arange(4), [-10, 10]), 'float32', [0, 1, 2, 3]],
    ['index with new axes', () => index(tensor([1, -2, 0.5]), null, '...', null), 'float32', [[[1], [-2], [0.5]]]],
    ['index with a tensor', () => index(tensor([[1, 2, 3], [4, 5, 6]]), [], tensor([2, 0, -1], { dtype: 'int32' })), 'float32', [[3, 1, 3], [6, 4, 6]]],
    ['take', () => take(tensor([[1, 2, 3], [4, 5, 6]]), [1, 0, 1], 0), 'float32', [[4, 5, 6], [1, 2, 3], [4, 5, 6]]],
    ['take of all elements', () => take(tensor([[1, 2, 3], [4, 5, 6]]), tensor([[5, -1]], { dtype: 'int32' })), 'float32', [[6, 6]]],
    ['take of one position', () => take(tensor([[1, 2, 3], [4, 5, 6]]), -1, 1), 'float32', [3, 6]],
    ['take with uint8 indices', () => take(tensor([1, -2, 0.5]), tensor(Uint8Array.of(2, 0)), 0), 'float32', [0.5, 1]],
    ['takeAlongAxis', () => takeAlongAxis(tensor([[1, 2, 3], [4, 5, 6]]), argsort(negative(tensor([[1, 2, 3], [4, 5, 6]])), 1), 1), 'float32', [[3, 2, 1], [6, 5, 4]]],
    ['takeAlongAxis with broadcasting', () => takeAlongAxis(tensor([[1, 2, 3], [4, 5, 6]]), tensor([[-1]], { dtype: 'int32' }), 1), 'float32', [[3], [6]]],
    ['gatherND', () => gatherND(tensor([[1, 2, 3], [4, 5, 6]]), [[0, 1], [-1, -1]]), 'float32', [2, 6]],
    ['gatherND of rows', () => gatherND(tensor([[1, 2, 3], [4, 5, 6]]), tensor([[1], [0]], { dtype: 'int32' })), 'float32', [[4, 5, 6], [1, 2, 3]]],
    ['gatherND with batch axes', () => gatherND(tensor([[1, 2, 3], [4, 5, 6]]), [[2], [0]], { batchDims: 1 }), 'float32', [3, 4]],
    ['scatterElements', () => scatterElements(zeros([2, 3]), [[0, 2], [1, -1]], tensor([[1, 2], [3, 4]]), { axis: 1 }), 'float32', [[1, 0, 2], [0, 3, 4]]],
    ['scatterElements with mode add', () => scatterElements(zeros([3]), [0, 0, 2], 1, { mode: 'add' }), 'float32', [2, 0, 1]],
    ['scatterND of slices', () => scatterND(tensor([[1, 2, 3], [4, 5, 6]]), [[1]], zeros([1, 3])), 'float32', [[1, 2, 3], [0, 0, 0]]],
    ['scatterND with mode add and a number', () => scatterND(zeros([2, 2]), [[0, 0], [-1, -1], [0, 0]], 1, { mode: 'add' }), 'float32', [[2, 0], [0, 1]]],
    ['scatterND with mode max', () => scatterND(tensor([1, -2, 0.5]), [[0], [1]], tensor([0, 0]), { mode: 'max' }), 'float32', [1, 0, 0.5]],
    ['dynamicSlice', () => dynamicSlice(tensor([[1, 2, 3], [4, 5, 6]]), [scalar(1, { dtype: 'int32' }), 1], [1, 2]), 'float32', [[5, 6]]],
    ['dynamicSlice beyond the end', () => dynamicSlice(tensor([1, -2, 0.5]), tensor([5], { dtype: 'int32' }), [2]), 'float32', [-2, 0.5]],
    ['dynamicUpdateSlice', () => dynamicUpdateSlice(tensor([[1, 2, 3], [4, 5, 6]]), tensor([[9, 9]]), [0, 1]), 'float32', [[1, 9, 9], [4, 5, 6]]],
    ['oneHot', () => oneHot(tensor([1, 0, 5], { dtype: 'int32' }), 3), 'float32', [[0, 1, 0], [1, 0, 0], [0, 0, 0]]],
    ['oneHot on another axis', () => oneHot(tensor([1, 0], { dtype: 'int32' }), 3, { axis: 0, dtype: 'bool' }), 'bool', [[false, true], [true, false], [false, false]]],
    ['tril', () => tril(ones([2, 3, 3]), -1), 'float32', [[[0, 0, 0], [1, 0, 0], [1, 1, 0]], [[0, 0, 0], [1, 0, 0], [1, 1, 0]]]],
    ['triu', () => triu(tensor([[1, 2, 3], [4, 5, 6]]), 1), 'float32', [[0, 2, 3], [0, 0, 6]]],
  ])('%s matches NumPy', check);
});

describe('creation', () => {
  // biome-ignore format: a case a line
  test.each<Case>([
    ['tensor of nested arrays', () => tensor([[1, 2], [3, 4]]), 'float32', [[1, 2], [3, 4]]],
    ['tensor of booleans', () => tensor([true, false]), 'bool', [true, false]],
    ['tensor of booleans and numbers', () => tensor([true, 2]), 'float32', [1, 2]],
    ['tensor of a typed array with a shape', () => tensor(Int32Array.of(1, 2, 3, 4), { shape: [2, 2] }), 'int32', [[1, 2], [3, 4]]],
    ['tensor of a number', () => tensor(3), 'float32', 3],
    ['tensor of an empty array', () => tensor([]), 'float32', []],
    ['tensor with a dtype', () => tensor([0, 2], { dtype: 'bool' }), 'bool', [false, true]],
    ['tensor of a Uint8Array', () => tensor(Uint8Array.of(1, 255)), 'uint8', [1, 255]],
    ['zeros', () => zeros([2, 2], { dtype: 'int32' }), 'int32', [[0, 0], [0, 0]]],
    ['ones', () => ones([2]), 'float32', [1, 1]],
    ['full', () => full([2, 2], 7), 'float32', [[7, 7], [7, 7]]],
    ['full of bool', () => full([2], true), 'bool', [true, true]],
    ['full of a tensor', () => full([2], scalar(3, { dtype: 'int32' })), 'int32', [3, 3]],
    ['zerosLike', () => zerosLike(tensor([7, -7, 3], { dtype: 'int32' })), 'int32', [0, 0, 0]],
    ['onesLike in another dtype', () => onesLike(tensor([7, -7, 3], { dtype: 'int32' }), { dtype: 'float32' }), 'float32', [1, 1, 1]],
    ['fullLike', () => fullLike(tensor([7, -7, 3], { dtype: 'int32' }), 4), 'int32', [4, 4, 4]],
    ['arange', () => arange(4), 'float32', [0, 1, 2, 3]],
    ['arange with a start and a step', () => arange(5, 0, -2), 'float32', [5, 3, 1]],
    ['arange of integers', () => arange(1, 4, 1, { dtype: 'int32' }), 'int32', [1, 2, 3]],
    ['linspace', () => linspace(0, 1, 5), 'float32', [0, 0.25, 0.5, 0.75, 1]],
    ['linspace with one element', () => linspace(2, 3, 1), 'float32', [2]],
    ['eye', () => eye(2, 3, { k: 1 }), 'float32', [[0, 1, 0], [0, 0, 1]]],
    ['astype from float32 to int32', () => astype(tensor([1.9, -1.9, 1e12, Number.NaN]), 'int32'), 'int32', [1, -1, 2147483647, 0]],
    ['astype to bool', () => astype(tensor([0, 0.5, Number.NaN]), 'bool'), 'bool', [false, true, true]],
    ['bitcast', () => bitcast(tensor([1]), 'int32'), 'int32', [1065353216]],
  ])('%s matches NumPy', check);
});

describe('layout, indexing and creation functions', () => {
  test('reject a shape whose number of elements differs from that of the tensor', () => {
    expect(thrown(() => reshape(zeros([2, 3]), [4]))).toMatchObject({
      code: 'shape',
      op: 'reshape',
      data: { size: 6 },
    });
    expect(thrown(() => reshape(zeros([2, 3]), [-1, -1]))).toMatchObject({ code: 'shape' });
    expect(thrown(() => reshape(zeros([0]), [0, -1]))).toMatchObject({ code: 'shape' });
    expect(thrown(() => broadcastTo(zeros([2, 3]), [3]))).toMatchObject({ code: 'shape', op: 'broadcastTo' });
    expect(thrown(() => squeeze(zeros([2, 1]), 0))).toMatchObject({ code: 'shape', op: 'squeeze' });
    expect(thrown(() => split(zeros([5]), 2))).toMatchObject({ code: 'shape', op: 'split', data: { sections: 2 } });
    expect(thrown(() => slice(zeros([5]), [3], [3]))).toMatchObject({ code: 'shape', op: 'slice' });
  });

  test('reject axes that are out of range or repeated', () => {
    expect(thrown(() => transpose(zeros([2, 3]), [0, 0]))).toMatchObject({ code: 'axis', op: 'transpose' });
    expect(thrown(() => transpose(zeros([2, 3]), [0]))).toMatchObject({ code: 'axis', op: 'transpose' });
    expect(thrown(() => expandDims(zeros([2]), 3))).toMatchObject({ code: 'axis', op: 'expandDims' });
    expect(thrown(() => concatenate([zeros([2]), zeros([2])], 1))).toMatchObject({ code: 'axis', op: 'concatenate' });
  });

  test('reject tensors whose shapes do not allow joining them', () => {
    expect(thrown(() => concatenate([zeros([2, 3]), zeros([2, 4])]))).toMatchObject({
      code: 'shape',
      op: 'concatenate',
    });
    expect(thrown(() => stack([]))).toMatchObject({ code: 'argument', op: 'stack' });
  });

  test('reject padding of an empty axis and negative padding', () => {
    expect(thrown(() => pad(zeros([0]), 1, { mode: 'reflect' }))).toMatchObject({ code: 'shape', op: 'pad' });
    expect(thrown(() => pad(zeros([3]), -1))).toMatchObject({ code: 'argument', op: 'pad' });
  });

  test('reject indices that are out of range, have the wrong rank, or are not integers', () => {
    expect(thrown(() => index(zeros([3]), 3))).toMatchObject({ code: 'index', data: { index: 3, axis: 0 } });
    expect(thrown(() => index(zeros([3]), 0, 0))).toMatchObject({ code: 'index' });
    expect(thrown(() => index(zeros([3]), [0, 1, 0]))).toMatchObject({ code: 'argument', op: 'index' });
    expect(thrown(() => take(zeros([3]), [0, -4], 0))).toMatchObject({ code: 'index', data: { index: -4, length: 3 } });
    expect(thrown(() => take(zeros([3]), tensor([0.5]), 0))).toMatchObject({ code: 'dtype', op: 'take' });
    expect(thrown(() => takeAlongAxis(zeros([3]), [[0]], 0))).toMatchObject({ code: 'shape', op: 'takeAlongAxis' });
    expect(thrown(() => gatherND(zeros([3]), [[0, 0]]))).toMatchObject({ code: 'shape', op: 'gatherND' });
  });

  const mask = tensor([true, false, true]);
  test.each([
    ['index', () => index(zeros([3]), mask), 'where(mask, x, 0)'],
    ['take', () => take(zeros([3]), mask), 'where(mask, x, 0)'],
    ['take', () => take(zeros([3]), [true, false, true], 0), 'where(mask, x, 0)'],
    ['takeAlongAxis', () => takeAlongAxis(zeros([3]), mask, 0), 'where(mask, x, 0)'],
    ['gatherND', () => gatherND(zeros([3]), reshape(mask, [3, 1])), 'where(mask, x, 0)'],
    ['gatherND', () => gatherND(zeros([3]), [[true], [false]]), 'where(mask, x, 0)'],
    ['scatterElements', () => scatterElements(zeros([3]), mask, ones([3])), 'where(mask, updates, x)'],
    ['scatterND', () => scatterND(zeros([3]), reshape(mask, [3, 1]), ones([3])), 'where(mask, updates, x)'],
  ] as const)('%s rejects a mask in place of indices, and advises to use where()', (op, call, instead) => {
    const error = thrown(call);
    expect(error).toMatchObject({ code: 'dtype', op });
    expect(error.message).toContain(instead);
    expect(error.message).not.toContain('astype');
  });

  test('tensor rejects ragged arrays and invalid elements', () => {
    expect(thrown(() => tensor([[1, 2], [3]]))).toMatchObject({ code: 'shape', op: 'tensor', data: { axis: 1 } });
    expect(thrown(() => tensor([1, [2]]))).toMatchObject({ code: 'shape' });
    expect(thrown(() => tensor([1, 2, 3], { shape: [2, 2] }))).toMatchObject({ code: 'shape' });
    expect(thrown(() => Reflect.apply(tensor, null, [['a']]))).toMatchObject({ code: 'argument', op: 'tensor' });
    expect(thrown(() => Reflect.apply(tensor, null, [[scalar(1)]])).message).toContain('stack');
  });

  test('reject unknown dtypes, and numbers that the dtype cannot represent', () => {
    expect(thrown(() => tensor([1.5], { dtype: 'int32' }))).toMatchObject({ code: 'value', data: { index: 0 } });
    expect(thrown(() => tensor([256], { dtype: 'uint8' }))).toMatchObject({ code: 'value' });
    expect(thrown(() => Reflect.apply(tensor, null, [[1], { dtype: 'bfloat16' }]))).toMatchObject({ code: 'dtype' });
    expect(thrown(() => Reflect.apply(astype, null, [zeros([1]), 'double']))).toMatchObject({ code: 'dtype' });
    expect(thrown(() => fromHost({ dtype: 'int32', shape: [1], data: new Float32Array(1) }))).toMatchObject({
      code: 'dtype',
    });
    expect(thrown(() => arange(0, 1, 0))).toMatchObject({ code: 'argument', op: 'arange' });
  });
});
