import '@manabi/backend-cpu/register';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { hostArray } from '@manabi/core';
import { assertArraysClose } from '@manabi/testing';
import { loadModel, saveModelBytes } from '../index.ts';

// Written by tooling/goldens/keras-files/keras_2_augmentation.py.
const file = new Uint8Array(readFileSync(new URL('./goldens/augmentation.keras', import.meta.url)));
const expected = [
  -8.56233, 2.48683, -11.0332, 0.425164, -11.1868, 0.590462, -9.29582, -1.21642, -7.44216, -0.104819, -8.96024,
  0.279709, -7.95544, 2.23231, -10.0962, 2.0801, -9.02967, 0.298917, -11.138, -1.5146, -8.91584, -0.574415, -9.24125,
  -0.0876629,
];
const images = hostArray(
  'float32',
  [1, 8, 9, 2],
  Float32Array.from({ length: 144 }, (_, i) => i % 11),
);

test('loads augmentation layers of Keras 2, predicts the same, and saves them again', async () => {
  const loaded = await loadModel(file);
  const again = await loadModel(await saveModelBytes(loaded));
  for (const model of [loaded, again]) {
    assertArraysClose(await (await model.predict(images)).data(), expected, { rtol: 1e-5, atol: 1e-5 });
  }
  expect(loaded.layers.find(({ className }) => className === 'RandomContrast')?.config).toMatchObject({
    factor: [0.2, 0.2],
  });
});
