import '@manabi/backend-cpu/register';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { assertArraysClose } from '@manabi/testing';
import {
  arange,
  avgPool,
  conv,
  convTranspose,
  type DType,
  grad,
  jit,
  maxPool,
  mul,
  type NestedArray,
  ones,
  registerBackend,
  reshape,
  setBackend,
  sum,
  type Tensor,
  tensor,
  zeros,
} from '../index.ts';
import { thrown } from '../test-backend/errors.fixture.ts';
import { referenceBackend } from '../test-backend/reference-backend.fixture.ts';

beforeAll(() => registerBackend('reference', () => referenceBackend()));

type Case = [name: string, result: () => Tensor, dtype: DType, expected: NestedArray];

async function check(_name: string, result: () => Tensor, dtype: DType, expected: NestedArray): Promise<void> {
  for (const backend of ['reference', 'cpu']) {
    await setBackend(backend);
    const y = result();
    expect([y.dtype, y.shape]).toEqual([dtype, tensor(expected).shape]);
    const numbers = [expected].flat(9).map(Number);
    assertArraysClose(await y.data(), numbers, { rtol: 1e-5, atol: 1e-6 }, backend);
  }
}

/** One image of one channel. */
const line = (...values: number[]): Tensor => tensor([[values]]);

describe('conv', () => {
  test.each<Case>([
    ['filters are not reversed', () => conv(line(1, 2, 3, 4), line(1, 10)), 'float32', [[[21, 32, 43]]]],
    [
      'same with one zero more at the end',
      () => conv(line(1, 2, 3, 4), line(1, 1), { padding: 'same' }),
      'float32',
      [[[3, 5, 7, 4]]],
    ],
    [
      'same with strides',
      () => conv(line(1, 2, 3, 4, 5), line(1, 1, 1), { padding: 'same', strides: 2 }),
      'float32',
      [[[3, 9, 9]]],
    ],
    [
      'same with dilation',
      () => conv(line(1, 2, 3, 4), line(1, 10, 100), { padding: 'same', dilation: 2 }),
      'float32',
      [[[310, 420, 31, 42]]],
    ],
    [
      'pairs of padding, and a spread image',
      () => conv(line(1, 2), line(1, 10), { padding: [[1, 0]], inputDilation: 2 }),
      'float32',
      [[[10, 1, 20]]],
    ],
    [
      'two axes, two channels, two filters',
      () => conv(reshape(arange(18), [1, 2, 3, 3]), reshape(arange(16), [2, 2, 2, 2])),
      'float32',
      [
        [
          [
            [268, 296],
            [352, 380],
          ],
          [
            [684, 776],
            [960, 1052],
          ],
        ],
      ],
    ],
    [
      'groups',
      () =>
        conv(
          tensor([
            [
              [1, 2],
              [3, 4],
            ],
          ]),
          tensor([[[1]], [[10]]]),
          { groups: 2 },
        ),
      'float32',
      [
        [
          [1, 2],
          [30, 40],
        ],
      ],
    ],
  ])('%s', check);

  test('refuses what does not fit', () => {
    const x = zeros([2, 4, 8]);
    expect(thrown(() => conv(x, zeros([3, 4, 9])))).toMatchObject({ code: 'shape', op: 'conv', data: { axis: 0 } });
    expect(thrown(() => conv(x, zeros([3, 3, 2])))).toMatchObject({ code: 'shape', op: 'conv' });
    expect(thrown(() => conv(x, zeros([3, 4, 2, 2])))).toMatchObject({ code: 'shape', op: 'conv' });
    expect(thrown(() => conv(zeros([2, 4]), zeros([3, 4])))).toMatchObject({ code: 'shape', data: { shape: [2, 4] } });
    expect(thrown(() => conv(x, zeros([3, 4, 2]), { strides: 0 }))).toMatchObject({
      code: 'argument',
      data: { name: 'strides' },
    });
    expect(
      thrown(() =>
        conv(x, zeros([3, 4, 2]), {
          padding: [
            [1, 1],
            [1, 1],
          ],
        }),
      ),
    ).toMatchObject({ code: 'argument' });
  });
});

describe('convTranspose', () => {
  test.each<Case>([
    [
      'puts a multiple of the filter for each element',
      () => convTranspose(line(1, 2, 3), line(1, 10, 100), { strides: 2 }),
      'float32',
      [[[1, 10, 102, 20, 203, 30, 300]]],
    ],
    [
      'same multiplies the length by the stride',
      () => convTranspose(line(1, 2, 3), line(1, 10, 100), { strides: 2, padding: 'same' }),
      'float32',
      [[[1, 10, 102, 20, 203, 30]]],
    ],
    [
      'same with a filter shorter than the stride',
      () => convTranspose(line(1, 2), line(7), { strides: 3, padding: 'same' }),
      'float32',
      [[[7, 0, 0, 14, 0, 0]]],
    ],
    [
      'pairs of padding cut, outputPadding adds',
      () => convTranspose(line(1, 2), line(1, 10), { strides: 2, padding: [[1, 0]], outputPadding: 1 }),
      'float32',
      [[[10, 2, 20, 0]]],
    ],
    [
      'dilation spreads the filter',
      () => convTranspose(line(1, 2), line(1, 10), { dilation: 3 }),
      'float32',
      [[[1, 2, 0, 10, 20]]],
    ],
    [
      'groups',
      () =>
        convTranspose(
          tensor([[[1], [2]]]),
          tensor([
            [[1], [10]],
            [[100], [1000]],
          ]),
          { groups: 2 },
        ),
      'float32',
      [[[1], [10], [200], [2000]]],
    ],
  ])('%s', check);

  test('is the gradient of conv by its images', async () => {
    await setBackend('cpu');
    const options = { strides: 2, padding: 'same', dilation: [2, 1], groups: 2 } as const;
    const w = reshape(arange(6 * 2 * 3 * 2), [6, 2, 3, 2]);
    const g = reshape(arange(6 * 4 * 3), [1, 6, 4, 3]);
    const gradient = grad((x: Tensor) => sum(mul(conv(x, w, options), g)))(zeros([1, 4, 8, 6]));
    assertArraysClose(await convTranspose(g, w, options).data(), await gradient.data(), {}, 'gradient');
  });

  test('refuses what does not fit', () => {
    const x = zeros([2, 4, 3]);
    expect(thrown(() => convTranspose(x, zeros([3, 4, 2])))).toMatchObject({ code: 'shape', op: 'convTranspose' });
    expect(thrown(() => convTranspose(x, zeros([4, 3, 2]), { groups: 3 }))).toMatchObject({ code: 'shape' });
    expect(thrown(() => convTranspose(x, zeros([4, 3, 2]), { padding: [[2, 2]] }))).toMatchObject({
      code: 'shape',
      data: { results: [0] },
    });
  });
});

describe('pooling', () => {
  test.each<Case>([
    ['maxPool side by side', () => maxPool(line(3, 1, 4, 1, 5), 2), 'float32', [[[3, 4]]]],
    ['maxPool, same', () => maxPool(line(-3, -1, -4), 2, { padding: 'same' }), 'float32', [[[-1, -4]]]],
    ['maxPool, overlapping', () => maxPool(line(3, 1, 4, 1, 5), 3, { strides: 1 }), 'float32', [[[4, 4, 5]]]],
    ['maxPool, dilated', () => maxPool(line(3, 1, 4, 1, 5), 2, { strides: 1, dilation: 2 }), 'float32', [[[4, 1, 5]]]],
    ['maxPool over two axes', () => maxPool(reshape(arange(12), [1, 1, 3, 4]), [3, 2]), 'float32', [[[[9, 11]]]]],
    ['avgPool', () => avgPool(line(1, 2, 3, 4), 2), 'float32', [[[1.5, 3.5]]]],
    ['avgPool leaves padding out', () => avgPool(line(1, 2, 3), 2, { padding: 'same' }), 'float32', [[[1.5, 3]]]],
    [
      'avgPool counts padding',
      () => avgPool(line(1, 2, 3), 2, { padding: 'same', countIncludePad: true }),
      'float32',
      [[[1.5, 1.5]]],
    ],
    ['avgPool of integers', () => avgPool(reshape(arange(4), [1, 1, 2, 2]), 2), 'float32', [[[[1.5]]]]],
    [
      'the gradient of maxPool goes to the first of equal elements',
      () => grad((x: Tensor) => sum(maxPool(x, 2)))(line(2, 2, 0, 1)),
      'float32',
      [[[1, 0, 0, 1]]],
    ],
    [
      'the gradient of overlapping windows adds up',
      () => grad((x: Tensor) => sum(avgPool(x, 2, { strides: 1 })))(line(1, 2, 3)),
      'float32',
      [[[0.5, 1, 0.5]]],
    ],
  ])('%s', check);

  test('refuses what does not fit', () => {
    expect(thrown(() => maxPool(zeros([1, 1, 3]), 4))).toMatchObject({ code: 'shape', op: 'maxPool' });
    expect(thrown(() => avgPool(zeros([1, 3]), 2))).toMatchObject({ code: 'shape', op: 'avgPool' });
    expect(thrown(() => maxPool(zeros([1, 1, 3]), [2, 2]))).toMatchObject({
      code: 'argument',
      data: { name: 'window' },
    });
    expect(thrown(() => maxPool(zeros([1, 1, 3]), 2, { padding: [[2, 0]] }))).toMatchObject({ code: 'shape' });
  });
});

test('a convolution, pooled, is trained in a jitted step', async () => {
  await setBackend('cpu');
  const loss = (w: Tensor, x: Tensor): Tensor => sum(maxPool(conv(x, w, { padding: 'same' }), 2));
  const step = jit((w: Tensor, x: Tensor) => grad(loss)(w, x));
  const gradient = await step(ones([2, 1, 3, 3]), ones([3, 1, 4, 4]));
  // Of each quarter of an image the innermost element wins, under which the whole filter lies: four times, three images.
  expect(gradient.shape).toEqual([2, 1, 3, 3]);
  const [first] = await gradient.data();
  expect(first).toBe(12);
});
