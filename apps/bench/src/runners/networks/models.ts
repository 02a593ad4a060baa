import {
  efficientNetB0,
  mobileNet,
  mobileNetV2,
  mobileNetV3Small,
  resNet50,
  squeezeNet,
  vgg16,
} from '@manabi/applications';
import { fromHost, type HostArray, hostArray } from '@manabi/core';
import { layers, type Model, sequential } from '@manabi/layers';
import type { PredictedNetwork, TaskOf } from '../../task-table.ts';
import { uniform } from '../inputs.ts';
import { seeded } from './seeded.ts';

interface Options {
  readonly weights: null;
  readonly inputShape: readonly number[];
  readonly classes: number;
  readonly classifierActivation: null;
}

const makers: { readonly [K in PredictedNetwork]: (options: Options) => Model | Promise<Model> } = {
  'mnist-cnn': ({ inputShape, classes }) =>
    sequential([
      layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu', inputShape, name: 'conv1' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu', name: 'conv2' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 128, activation: 'relu', name: 'dense1' }),
      layers.dense({ units: classes, name: 'dense2' }),
    ]),
  'MobileNetV1-0.25': (options) => mobileNet({ ...options, alpha: 0.25 }),
  'SqueezeNet-1.1': squeezeNet,
  MobileNetV2: mobileNetV2,
  MobileNetV3Small: mobileNetV3Small,
  EfficientNetB0: efficientNetB0,
  ResNet50: resNet50,
  VGG16: vgg16,
};

/** Creates an image classifier that returns logits, with seeded weights. */
export async function modelOf(
  network: PredictedNetwork,
  image: readonly number[],
  classes = network === 'mnist-cnn' ? 10 : 1000,
): Promise<Model> {
  const model = await makers[network]({ weights: null, inputShape: image, classes, classifierActivation: null });
  for (const layer of model.layers) {
    for (const variable of layer.weights) {
      const { name, shape, dtype } = variable;
      // The number of samples of a normalization has no influence.
      if (dtype !== 'float32' || name === 'count') continue;
      const isDepthwise = layer.className === 'DepthwiseConv2D';
      variable.assign(fromHost(hostArray('float32', shape, seeded({ layer: layer.name, name, shape, isDepthwise }))));
    }
  }
  return model;
}

/** Returns the pixels that a network predicts, in [0, 1), shape [batch, height, width, channels]. */
export function pixelsOf({ batch, image }: Pick<TaskOf<'predict'>, 'batch' | 'image'>): HostArray {
  const shape = [batch, ...image];
  return hostArray(
    'float32',
    shape,
    uniform(
      shape.reduce((product, each) => product * each, 1),
      1,
      0,
      1,
    ),
  );
}
