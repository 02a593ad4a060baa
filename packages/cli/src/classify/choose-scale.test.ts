import { expect, test } from '@jest/globals';
import { type HostArray, hostArray } from 'manabi';
import { chooseScale } from './choose-scale.ts';
import type { Classifier } from './classifier.ts';

const SAMPLES = 200;
const x = hostArray('uint8', [SAMPLES, 1], new Uint8Array(SAMPLES).fill(255));
const y = hostArray('uint8', [SAMPLES], new Uint8Array(SAMPLES));

/**
 * A stub network: for raw pixels, all its predictions are correct but have low confidence; for pixels in [0, 1], its
 * predictions have high confidence and one is wrong.
 */
const classifier: Classifier = {
  name: 'fake',
  input: { shape: [null, 1], dtype: 'float32' },
  scalesPixels: null,
  predict: async ({ data }: HostArray) => {
    const isRaw = data[0] === 255;
    const scores = Float32Array.from({ length: 2 * SAMPLES }, (_, i) => {
      const isRight = isRaw || (data[0] === 1 && i >= 2);
      const sure = isRaw ? 0.51 : 0.999;
      return (i % 2 === 0) === isRight ? sure : 1 - sure;
    });
    return hostArray('float32', [SAMPLES, 2], scores);
  },
};

test('chooseScale prefers the pixel range with the highest accuracy, even if it is higher by only one sample', async () => {
  expect(await chooseScale(classifier, { x, y })).toMatchObject({ name: 'raw', accuracy: 1 });
});
