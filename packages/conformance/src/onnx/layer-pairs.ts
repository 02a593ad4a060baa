import { fromHost } from '@manabi/core';
import { type HostArray, hostArray, sizeOf } from '@manabi/ir';
import { type Layer, layers, sequential } from '@manabi/layers';
import { randomSource } from '@manabi/testing';
import type { ExportCase, ExportSubject } from './export-case.ts';

/**
 * Layers that map images to images. ONNX Runtime fuses adjacent layers of these classes, with separate rules for each pair.
 */
const imageLayers: Readonly<Record<string, () => Layer>> = {
  zeroPadding: () =>
    layers.zeroPadding2d({
      padding: [
        [1, 2],
        [0, 1],
      ],
    }),
  cropping: () =>
    layers.cropping2d({
      cropping: [
        [1, 0],
        [0, 1],
      ],
    }),
  maxPooling: () => layers.maxPooling2d({ poolSize: 2, strides: 1 }),
  'maxPooling same': () => layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
  averagePooling: () => layers.averagePooling2d({ poolSize: 2, strides: 1 }),
  'averagePooling same': () => layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
  conv: () => layers.conv2d({ filters: 3, kernelSize: 2, biasInitializer: 'randomNormal' }),
  'conv same': () => layers.conv2d({ filters: 3, kernelSize: 3, strides: 2, padding: 'same', useBias: false }),
  depthwiseConv: () => layers.depthwiseConv2d({ kernelSize: 2, biasInitializer: 'randomNormal' }),
  convTranspose: () =>
    layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, biasInitializer: 'randomNormal' }),
  upSampling: () => layers.upSampling2d({ size: 2 }),
  batchNormalization: () => layers.batchNormalization(),
  relu: () => layers.reLU(),
  leakyReLU: () => layers.leakyReLU({ negativeSlope: 0.2 }),
  relu6: () => layers.activation({ activation: 'relu6' }),
  silu: () => layers.activation({ activation: 'silu' }),
  hardSwish: () => layers.activation({ activation: 'hardSwish' }),
  rescaling: () => layers.rescaling({ scale: -1.5, offset: 0.25 }),
  dense: () => layers.dense({ units: 3, biasInitializer: 'randomNormal' }),
  softmax: () => layers.softmax(),
  permute: () => layers.permute({ dims: [2, 1, 3] }),
};

const source = randomSource(29);

/** Returns an image of mostly negative values, which makes zero padding visible in maxima. */
function image(): HostArray {
  const shape = [3, 6, 7, 3];
  return hostArray('float32', shape, source.float32Array(sizeOf(shape), -2, 0.5));
}

/**
 * Returns a model with a pair of layers between two convolutions. Otherwise, transposes beside the pair would prevent
 * ONNX Runtime from fusing it.
 */
function pairOf(first: () => Layer, second: () => Layer): ExportSubject {
  const mix = () => layers.conv2d({ filters: 3, kernelSize: 1 });
  const model = sequential([layers.inputLayer({ shape: [6, 7, 3] }), mix(), first(), second(), mix()]);
  for (const weight of model.weights) {
    const values = source.float32Array(sizeOf(weight.shape), weight.name === 'moving_variance' ? 0.5 : -1, 1.5);
    weight.assign(fromHost(hostArray('float32', weight.shape, values)));
  }
  return { model, inputs: [image()] };
}

/** A case for every ordered pair of the layers. */
export const layerPairs: readonly ExportCase[] = Object.entries(imageLayers).flatMap(([first, makeFirst]) =>
  Object.entries(imageLayers).map(([second, makeSecond]) => ({
    name: `${first}, then ${second}`,
    group: first,
    make: () => pairOf(makeFirst, makeSecond),
  })),
);
