import '@manabi/backend-cpu/register';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { assertArraysClose } from '@manabi/testing';
import { type DType, fromHost, grad, hostArray, jit, mul, ones, reshape, sum, type Tensor, tensor } from '../index.ts';
import * as image from './index.ts';

// Written by tooling/goldens/images: results of keras.ops.image.

interface GoldenArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface Golden {
  readonly name: string;
  readonly operands: readonly GoldenArray[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly result: GoldenArray;
}

const goldens = readFileSync(new URL('./goldens/image.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line): Golden => JSON.parse(line));

function toTensor({ shape, data }: GoldenArray): Tensor {
  return fromHost(hostArray('float32', shape, Float32Array.from(data)));
}

function optionsOf({ order, ...options }: Readonly<Record<string, unknown>>): object {
  return order === undefined ? options : { ...options, interpolation: order === 0 ? 'nearest' : 'bilinear' };
}

describe('functions on images match Keras', () => {
  test.each(goldens.map((golden, i) => [`${i}: ${golden.name} ${JSON.stringify(golden.options)}`, golden] as const))(
    '%s',
    async (_title, { name, operands, options, result }) => {
      const f: unknown = Reflect.get(image, name);
      if (typeof f !== 'function') throw new TypeError(name);
      const actual: Tensor = Reflect.apply(f, undefined, [...operands.map(toTensor), optionsOf(options)]);
      expect({ dtype: actual.dtype, shape: actual.shape }).toEqual({ dtype: result.dtype, shape: result.shape });
      assertArraysClose(await actual.data(), result.data, { rtol: 1e-4, atol: 2e-3 }, name);
    },
  );
});

describe('affineTransform', () => {
  const row = reshape(tensor([1, 2, 3, 4]), [1, 4, 1]);

  test('divides by k = c0 x + c1 y + 1', async () => {
    const shrunk = image.affineTransform(row, [2, 0, 0, 0, 1, 0, 1, 0], { fillMode: 'nearest' });
    assertArraysClose(await shrunk.data(), [1, 2, 7 / 3, 2.5], { rtol: 1e-6 });
  });

  test('keeps the dtype of integer images and rounds their values', async () => {
    const bytes = reshape(tensor(Uint8Array.of(0, 255, 0)), [1, 3, 1]);
    const moved = image.affineTransform(bytes, [1, 0, 0.31, 0, 1, 0], { fillValue: 200 });
    expect(moved.dtype).toBe('uint8');
    expect(await moved.data()).toEqual(Uint8Array.of(79, 176, 62));
  });

  test.each(['float16', 'float32', 'float64'] as const)('keeps %s', async (dtype) => {
    const images = reshape(tensor([1, 2, 3, 4], { dtype }), [1, 4, 1]);
    const moved = image.affineTransform(images, [1, 0, 0.5, 0, 1, 0]);
    expect(moved.dtype).toBe(dtype);
    expect([...(await moved.data())]).toEqual([1.5, 2.5, 3.5, 2]);
    expect(image.gaussianBlur(images).dtype).toBe(dtype);
  });

  test('applies one transform to all images of a batch', async () => {
    const batch = reshape(tensor([1, 2, 3, 4]), [2, 1, 2, 1]);
    expect(await image.affineTransform(batch, [1, 0, 1, 0, 1, 0]).data()).toEqual(Float32Array.of(2, 0, 4, 0));
  });

  test('differentiates by images and transforms', async () => {
    const weights = reshape(tensor([1, 10, 100, 1000]), [1, 4, 1]);
    const total = (x: Tensor, transform: Tensor) =>
      sum(mul(image.affineTransform(x, transform, { fillMode: 'nearest' }), weights));
    const transform = tensor([1, 0, 0.25, 0, 1, 0]);
    const [byImage, byTransform] = await jit(grad(total, { argnums: [0, 1] }))(row, transform);
    assertArraysClose(await byImage.data(), [0.75, 7.75, 77.5, 1025], { rtol: 1e-6 });
    assertArraysClose(await byTransform.data(), [210, 0, 111, 0, 0, 0], { rtol: 1e-6 });
  });

  test.each([
    ['two transforms for three images', [3, 2, 2, 1], ones([2, 6])],
    ['7 numbers', [2, 2, 1], ones([7])],
    ['images with two axes', [2, 2], ones([6])],
  ])('rejects %s', (_title, shape, transforms) => {
    expect(() => image.affineTransform(ones(shape), transforms)).toThrow(expect.objectContaining({ code: 'shape' }));
  });
});

test('infinite positions of mapCoordinates show the fill value', async () => {
  const positions = [[Infinity, -Infinity, 1e30, -1e30]];
  const read = image.mapCoordinates(tensor([1, 2]), positions, { fillValue: 7 });
  expect(await read.data()).toEqual(Float32Array.of(7, 7, 7, 7));
});

test('rgbToHsv requires floats with three channels', () => {
  expect(() => image.rgbToHsv(tensor(new Uint8Array(12), { shape: [2, 2, 3] }))).toThrow(
    expect.objectContaining({ code: 'dtype' }),
  );
  expect(() => image.rgbToHsv(ones([2, 2, 4]))).toThrow(expect.objectContaining({ code: 'shape' }));
});
