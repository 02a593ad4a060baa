import { layers, type Sequential, sequential } from '@manabi/layers';

/** The tutorial's network: two convolutions with pooling, then 128 units; it takes raw pixels, `[batch, 28, 28, 1]`. */
export function convolutionalNetwork(): Sequential {
  return sequential([
    layers.rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] }),
    layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.flatten(),
    layers.dense({ units: 128, activation: 'relu' }),
    layers.dense({ units: 10, activation: 'softmax' }),
  ]);
}
