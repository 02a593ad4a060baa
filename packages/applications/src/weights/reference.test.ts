import '@manabi/backend-cpu/register';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { fromHost, hostArray, type Tensor } from '@manabi/core';
import type { Functional } from '@manabi/layers';
import { readNpy } from '@manabi/serialization';
import { assertArraysClose, describeWithShared } from '@manabi/testing';
import sharp from 'sharp';
import { decodePredictions, mobileNet, preprocessInput, squeezeNet } from '../index.ts';

// The folder `models` contains real weights, and outputs that PyTorch computed with them.

async function photo(folder: string, name: string): Promise<Tensor> {
  const { data, info } = await sharp(join(folder, 'reference', `${name}_224.png`))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return fromHost(hostArray('uint8', [1, info.height, info.width, 3], new Uint8Array(data)));
}

async function expectReference(outputs: Tensor, folder: string, file: string, tolerance: number): Promise<void> {
  const expected = await readNpy(join(folder, 'reference', file));
  assertArraysClose(await outputs.data(), expected.data, { rtol: tolerance, atol: tolerance });
}

describeWithShared('networks with published weights', 'data/models', (folder) => {
  const manifest = join(folder, 'mobilenet_v1_0.25_224_tfjs', 'model.json');
  const squeezeWeights = join(
    folder,
    'squeezenet_v1.1_notop_keras',
    'squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5',
  );
  let classifier: Functional;
  beforeAll(async () => {
    classifier = await mobileNet({ alpha: 0.25, weights: manifest });
  });

  test.each([
    ['panda', 'giant_panda', 0.8638463616371155],
    ['cat', 'tabby', 0.5191184282302856],
  ])('MobileNet 0.25 recognizes the %s from TensorFlow.js weights', async (name, label, probability) => {
    const scores = await classifier.predict(preprocessInput(await photo(folder, name), 'mobileNet'));
    const [[best]] = await decodePredictions(scores, { classIndex: join(folder, 'imagenet_class_index.json') });
    expect(best.name).toBe(label);
    expect(best.score).toBeCloseTo(probability, 5);
    await expectReference(scores, folder, `${name}_mobilenet025_softmax.npy`, 1e-5);
  });

  test.each(['panda', 'cat'])('SqueezeNet computes the features of the %s from Keras 1 weights', async (name) => {
    const base = await squeezeNet({ weights: squeezeWeights, includeTop: false, pooling: 'avg' });
    const features = await base.predict(preprocessInput(await photo(folder, name), 'squeezeNet'));
    await expectReference(features, folder, `${name}_squeezenet_notop_gap512.npy`, 1e-4);
  });

  test('a network without classifier takes its layers from a file with classifier, by name', async () => {
    const base = await mobileNet({ alpha: 0.25, weights: manifest, includeTop: false, inputShape: [160, 160, 3] });
    const weight = (network: Functional) => network.getLayer('conv_pw_13').weight('kernel').value.data();
    expect(await weight(base)).toEqual(await weight(classifier));
  });
});
