import '@manabi/backend-cpu/register';
import { expect, test } from '@jest/globals';
import { tensor } from '@manabi/core';
import { layerFrom } from '@manabi/layers/classes';
import { ConfigPart } from './config-part.ts';
import { layerFromKeras } from './layer-from-keras.ts';

test('the hard sigmoid of a model of Keras 2 that was saved again is known where no such model was read before', async () => {
  const origin = { source: 'again.keras', generation: 3, isOurs: true, shared: new Map(), olderOptions: null } as const;
  const config = { name: 'gate', activation: 'hard_sigmoid_of_keras2' };
  const layer = layerFromKeras(new ConfigPart(origin, { class_name: 'Activation', config }));
  const [y] = (await layerFrom(layer.className, layer.config)).applyAll(tensor([-3, 0, 1, 3]));
  expect(await y.array()).toEqual([0, 0.5, expect.closeTo(0.7, 6), 1]);
});
