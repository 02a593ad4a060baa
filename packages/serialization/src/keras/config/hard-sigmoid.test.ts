import '@manabi/backend-cpu/register';
import { expect, test } from '@jest/globals';
import { tensor } from '@manabi/core';
import { layerFrom } from '@manabi/layers/classes';
import { ConfigPart } from './config-part.ts';
import { layerFromKeras } from './layer-from-keras.ts';

test('layerFromKeras restores the hard sigmoid of a Keras 2 model that was loaded, saved, and loaded in a new process', async () => {
  const origin = {
    source: 'again.keras',
    generation: 3,
    isFromManabi: true,
    removesMasks: false,
    shared: new Map(),
    olderOptions: null,
    operators: null,
  } as const;
  const config = { name: 'gate', activation: 'hard_sigmoid_of_keras2' };
  const layer = layerFromKeras(new ConfigPart(origin, { class_name: 'Activation', config }));
  const [y] = (await layerFrom(layer.className, layer.config)).applyAll(tensor([-3, 0, 1, 3]));
  expect(await y.array()).toEqual([0, 0.5, expect.closeTo(0.7, 6), 1]);
});
