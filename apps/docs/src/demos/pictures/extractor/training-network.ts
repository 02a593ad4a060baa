import { type HostArray, hostArray, input, layers, type Model, model, type SymbolicTensor } from 'manabi';
import { convolutions, FIRST_FEATURES, scalePixels } from '../network/extractor-layers.ts';
import { type Question, questions } from './scenes/scene.ts';

/** Added to variances by batch normalization; Keras's default. */
const EPSILON = 1e-3;

/** The network that is trained: the extractor with batch normalization, and a layer for each question. */
export function trainingNetwork(side: number): Model {
  const image = input({ shape: [side, side, 3], name: 'image' });
  let maps: SymbolicTensor = scalePixels().apply(image);
  const means: SymbolicTensor[] = [];
  for (const [i, { name, filters, strides }] of convolutions.entries()) {
    const convolution = layers.conv2d({
      name,
      filters,
      strides,
      kernelSize: 3,
      padding: 'same',
      useBias: false,
      kernelInitializer: 'heNormal',
    });
    const normalization = layers.batchNormalization({ name: normalizationOf(name), momentum: 0.98, epsilon: EPSILON });
    maps = layers.activation({ activation: 'relu' }).apply(normalization.apply(convolution.apply(maps)));
    if (i >= FIRST_FEATURES) means.push(layers.globalAveragePooling2d().apply(maps));
  }
  // Means of maps differ little from scene to scene; the heads learn faster from features of the same variance. The head of the demo
  // scales its features in the same way, so that this layer is not part of the extractor.
  const features = layers.batchNormalization({ momentum: 0.98 }).apply(layers.concatenate().apply(means));
  const answers = questionNames.map((question) =>
    layers.dense({ name: question, units: questions[question], activation: 'softmax' }).apply(features),
  );
  return model({ inputs: image, outputs: answers });
}

/** The questions, in the order of the network's outputs. */
export const questionNames: readonly Question[] = [
  'shape',
  'texture',
  'background',
  'color',
  'backgroundColor',
  'count',
];

/**
 * Returns the weights of the extractor without batch normalization, whose scale and shift become part of each convolution.
 *
 * @returns kernels and biases by name, such as `conv_1.kernel`
 */
export async function foldedWeights(trained: Model): Promise<Readonly<Record<string, HostArray>>> {
  const folded: Record<string, HostArray> = {};
  for (const { name } of convolutions) {
    const [kernel] = await trained.getLayer(name).getWeights();
    const [gamma, beta, mean, variance] = await trained.getLayer(normalizationOf(name)).getWeights();
    const scale = Float64Array.from(
      gamma.data,
      (value, i) => Number(value) / Math.sqrt(Number(variance.data[i]) + EPSILON),
    );
    folded[`${name}.kernel`] = floats(kernel.shape, (i) => Number(kernel.data[i]) * scale[i % scale.length]);
    folded[`${name}.bias`] = floats(beta.shape, (i) => Number(beta.data[i]) - Number(mean.data[i]) * scale[i]);
  }
  return folded;
}

function normalizationOf(convolution: string): string {
  return `${convolution}_normalization`;
}

function floats(shape: readonly number[], valueAt: (index: number) => number): HostArray {
  const length = shape.reduce((size, each) => size * each, 1);
  return hostArray(
    'float32',
    shape,
    Float32Array.from({ length }, (_, i) => valueAt(i)),
  );
}
