import '@manabi/backend-cpu/register';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { fromHost, hostArray, tensor, zeros } from '@manabi/core';
import { input, layers, model } from '@manabi/layers';
import { assertArraysClose } from '@manabi/testing';
import * as applications from '../index.ts';

const { preprocessInput } = applications;

interface Golden {
  readonly image: readonly (readonly number[])[][];
  readonly modes: Readonly<Record<'caffe' | 'tf' | 'torch' | 'identity', unknown>>;
}

// Written by tooling/goldens/applications/preprocessing.py.
const golden: Golden = JSON.parse(readFileSync(new URL('../goldens/preprocessing.json', import.meta.url), 'utf8'));
const bytes = hostArray('uint8', [2, 2, 3], Uint8Array.from(golden.image.flat(2)));
const numbers = (nested: unknown): number[] => [nested].flat(Number.POSITIVE_INFINITY).map(Number);

describe('preprocessInput', () => {
  test.each([
    ['caffe', 'vgg16'],
    ['tf', 'mobileNet'],
    ['torch', 'denseNet121'],
    ['identity', 'efficientNetB0'],
  ] as const)(
    "scales pixels as Keras does (trap: preprocess_input by model): mode '%s', network '%s'",
    async (mode, network) => {
      const expected = numbers(golden.modes[mode]);
      for (const name of [mode, network]) {
        const scaled = preprocessInput(bytes, name);
        expect(scaled.dtype).toBe('float32');
        assertArraysClose(await scaled.data(), expected, { rtol: 1e-6, atol: 1e-6 });
      }
    },
  );

  test('has a mode for every network', () => {
    const others = ['preprocessInput', 'decodePredictions', 'CustomScaleLayer'];
    const networks = Object.keys(applications).filter((name) => !others.includes(name));
    for (const name of networks) {
      expect(preprocessInput(bytes, name as applications.NetworkName).shape).toEqual([2, 2, 3]);
    }
    expect(networks).toHaveLength(41);
  });

  test('accepts batches, integers and float16, and leaves its input unchanged', async () => {
    const batch = fromHost(hostArray('int32', [1, 2, 2, 3], Int32Array.from(golden.image.flat(2))));
    assertArraysClose(await preprocessInput(batch, 'tf').data(), numbers(golden.modes.tf), { rtol: 1e-6, atol: 1e-6 });
    expect(numbers(await batch.array())).toEqual(numbers(golden.image));
    expect(preprocessInput(zeros([2, 2, 3], { dtype: 'float16' }), 'tf').dtype).toBe('float16');
  });

  test('can be a layer of a model', async () => {
    const x = input({ shape: [2, 2, 3] });
    const scale = layers.lambda({ function: (images) => preprocessInput(images, 'vgg16') });
    const network = model({ inputs: x, outputs: scale.apply(x) });
    const [scaled] = [await network.predict(tensor([golden.image.map((row) => row.map((pixel) => [...pixel]))]))];
    assertArraysClose(await scaled.data(), numbers(golden.modes.caffe), { rtol: 1e-5, atol: 1e-4 });
  });

  test('rejects unknown networks, with the nearest names, and images without 3 channels', () => {
    // @ts-expect-error: the name is wrong
    expect(() => preprocessInput(bytes, 'vgg61')).toThrow(expect.objectContaining({ code: 'argument' }));
    expect(() => preprocessInput(zeros([2, 2, 4]), 'tf')).toThrow(
      expect.objectContaining({ code: 'shape', data: expect.objectContaining({ shape: [2, 2, 4] }) }),
    );
    expect(() => preprocessInput(zeros([2, 3]), 'tf')).toThrow(expect.objectContaining({ code: 'shape' }));
  });
});
