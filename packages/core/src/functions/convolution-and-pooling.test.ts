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

/** Returns an image with one channel and one spatial axis: [1, 1, length]. */
const line = (...values: number[]): Tensor => tensor([[values]]);

describe('conv', () => {
  test.each<Case>([
    ['without reversing the filter', () => conv(line(1, 2, 3, 4), line(1, 10)), 'float32', [[[21, 32, 43]]]],
    [
      'with padding `same`, the odd zero at the end',
      () => conv(line(1, 2, 3, 4), line(1, 1), { padding: 'same' }),
      'float32',
      [[[3, 5, 7, 4]]],
    ],
    [
      'with padding `same` and strides',
      () => conv(line(1, 2, 3, 4, 5), line(1, 1, 1), { padding: 'same', strides: 2 }),
      'float32',
      [[[3, 9, 9]]],
    ],
    [
      'with padding `same` and dilation',
      () => conv(line(1, 2, 3, 4), line(1, 10, 100), { padding: 'same', dilation: 2 }),
      'float32',
      [[[310, 420, 31, 42]]],
    ],
    [
      'with pairs of padding and input dilation',
      () => conv(line(1, 2), line(1, 10), { padding: [[1, 0]], inputDilation: 2 }),
      'float32',
      [[[10, 1, 20]]],
    ],
    [
      'over two axes with two channels and two filters',
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
      'in groups',
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
  ])('convolves %s', check);

  test('rejects mismatched shapes and invalid options', () => {
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
      'with strides, adding overlapping multiples of the filter',
      () => convTranspose(line(1, 2, 3), line(1, 10, 100), { strides: 2 }),
      'float32',
      [[[1, 10, 102, 20, 203, 30, 300]]],
    ],
    [
      'with padding `same`, to length * stride',
      () => convTranspose(line(1, 2, 3), line(1, 10, 100), { strides: 2, padding: 'same' }),
      'float32',
      [[[1, 10, 102, 20, 203, 30]]],
    ],
    [
      'with padding `same` and a filter shorter than the stride',
      () => convTranspose(line(1, 2), line(7), { strides: 3, padding: 'same' }),
      'float32',
      [[[7, 0, 0, 14, 0, 0]]],
    ],
    [
      'with pairs of padding and output padding',
      () => convTranspose(line(1, 2), line(1, 10), { strides: 2, padding: [[1, 0]], outputPadding: 1 }),
      'float32',
      [[[10, 2, 20, 0]]],
    ],
    ['with dilation', () => convTranspose(line(1, 2), line(1, 10), { dilation: 3 }), 'float32', [[[1, 2, 0, 10, 20]]]],
    [
      'in groups',
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
  ])('computes the transposed convolution %s', check);

  test('returns the gradient of conv with respect to its images', async () => {
    await setBackend('cpu');
    const options = { strides: 2, padding: 'same', dilation: [2, 1], groups: 2 } as const;
    const w = reshape(arange(6 * 2 * 3 * 2), [6, 2, 3, 2]);
    const g = reshape(arange(6 * 4 * 3), [1, 6, 4, 3]);
    const gradient = grad((x: Tensor) => sum(mul(conv(x, w, options), g)))(zeros([1, 4, 8, 6]));
    assertArraysClose(await convTranspose(g, w, options).data(), await gradient.data(), {}, 'gradient');
  });

  test('rejects mismatched shapes and invalid options', () => {
    const x = zeros([2, 4, 3]);
    expect(thrown(() => convTranspose(x, zeros([3, 4, 2])))).toMatchObject({ code: 'shape', op: 'convTranspose' });
    expect(thrown(() => convTranspose(x, zeros([4, 3, 2]), { groups: 3 }))).toMatchObject({ code: 'shape' });
    expect(thrown(() => convTranspose(x, zeros([4, 3, 2]), { padding: [[2, 2]] }))).toMatchObject({
      code: 'shape',
      data: { results: [0] },
    });
  });
});

describe('maxPool and avgPool', () => {
  test.each<Case>([
    ['the maximum of adjacent windows', () => maxPool(line(3, 1, 4, 1, 5), 2), 'float32', [[[3, 4]]]],
    [
      'the maximum with padding `same`',
      () => maxPool(line(-3, -1, -4), 2, { padding: 'same' }),
      'float32',
      [[[-1, -4]]],
    ],
    [
      'the maximum of overlapping windows',
      () => maxPool(line(3, 1, 4, 1, 5), 3, { strides: 1 }),
      'float32',
      [[[4, 4, 5]]],
    ],
    [
      'the maximum of dilated windows',
      () => maxPool(line(3, 1, 4, 1, 5), 2, { strides: 1, dilation: 2 }),
      'float32',
      [[[4, 1, 5]]],
    ],
    ['the maximum over two axes', () => maxPool(reshape(arange(12), [1, 1, 3, 4]), [3, 2]), 'float32', [[[[9, 11]]]]],
    ['the mean', () => avgPool(line(1, 2, 3, 4), 2), 'float32', [[[1.5, 3.5]]]],
    ['the mean without padding', () => avgPool(line(1, 2, 3), 2, { padding: 'same' }), 'float32', [[[1.5, 3]]]],
    [
      'the mean including padding',
      () => avgPool(line(1, 2, 3), 2, { padding: 'same', countIncludePad: true }),
      'float32',
      [[[1.5, 1.5]]],
    ],
    ['the mean of integers', () => avgPool(reshape(arange(4), [1, 1, 2, 2]), 2), 'float32', [[[[1.5]]]]],
    [
      'the gradient of the maximum for the first of equal elements',
      () => grad((x: Tensor) => sum(maxPool(x, 2)))(line(2, 2, 0, 1)),
      'float32',
      [[[1, 0, 0, 1]]],
    ],
    [
      'the summed gradient of overlapping windows',
      () => grad((x: Tensor) => sum(avgPool(x, 2, { strides: 1 })))(line(1, 2, 3)),
      'float32',
      [[[0.5, 1, 0.5]]],
    ],
  ])('computes %s', check);

  test('rejects mismatched shapes and invalid options', () => {
    expect(thrown(() => maxPool(zeros([1, 1, 3]), 4))).toMatchObject({ code: 'shape', op: 'maxPool' });
    expect(thrown(() => avgPool(zeros([1, 3]), 2))).toMatchObject({ code: 'shape', op: 'avgPool' });
    expect(thrown(() => maxPool(zeros([1, 1, 3]), [2, 2]))).toMatchObject({
      code: 'argument',
      data: { name: 'window' },
    });
    expect(thrown(() => maxPool(zeros([1, 1, 3]), 2, { padding: [[2, 0]] }))).toMatchObject({ code: 'shape' });
  });
});

test('conv and maxPool have gradients in a jitted step', async () => {
  await setBackend('cpu');
  const loss = (w: Tensor, x: Tensor): Tensor => sum(maxPool(conv(x, w, { padding: 'same' }), 2));
  const step = jit((w: Tensor, x: Tensor) => grad(loss)(w, x));
  const gradient = await step(ones([2, 1, 3, 3]), ones([3, 1, 4, 4]));
  // In each quarter of an image, the maximum is the element nearest to the centre, because only there the filter lies
  // completely within the image. There are 3 images with 4 quarters each.
  expect(gradient.shape).toEqual([2, 1, 3, 3]);
  const [first] = await gradient.data();
  expect(first).toBe(12);
});
