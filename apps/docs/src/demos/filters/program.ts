// Trains a convolutional network on MNIST, and shows its filters and what they make of the reader's digit.
import { input, layers, model, setRandomSeed, type Tensor } from 'manabi';
import { live } from '../../worker/live.ts';
import { prepareDigitTraining } from '../digits/digit-training.ts';
import type { DigitPixels } from '../digits/messages.ts';
import { batchOf } from '../digits/mnist-batches.ts';
import { FILTERS, type Input, KERNEL, type Maps, type Output, SECOND } from './messages.ts';

setRandomSeed(1);
const convolution = layers.conv2d({ filters: FILTERS, kernelSize: KERNEL, activation: 'relu' });
const image = input({ shape: [28, 28, 1] });
const first = convolution.apply(layers.rescaling({ scale: 1 / 255 }).apply(image));
const second = layers
  .conv2d({ filters: SECOND, kernelSize: 3, activation: 'relu' })
  .apply(layers.maxPooling2d({ poolSize: 2 }).apply(first));
const flat = layers.flatten().apply(layers.maxPooling2d({ poolSize: 2 }).apply(second));
const probabilities = layers.dense({ units: 10, activation: 'softmax' }).apply(flat);
const network = model({ inputs: image, outputs: probabilities });
/** The same layers: what both convolutions compute. */
const convolutions = model({ inputs: image, outputs: [first, second] });

const training = await prepareDigitTraining();
await training.begin(network);
let digit: DigitPixels | null = null;
let start: Output['start'] = { samples: training.samples, filters: await filters() };

await live<Input, Output>({
  step: training.step,
  report: async () => {
    const report = {
      ...training.progress,
      filters: await filters(),
      maps: digit === null ? null : await mapsOf(digit),
      probabilities: digit === null ? null : await training.probabilitiesOf(digit),
      start,
    };
    start = null;
    return report;
  },
  receive: (input) => {
    digit = input.digit;
  },
});

async function filters(): Promise<Maps> {
  const [kernel] = await convolution.getWeights();
  return { width: KERNEL, images: channelsOf(kernel.data, FILTERS) };
}

async function mapsOf(pixels: DigitPixels): Promise<readonly Maps[]> {
  const outputs: readonly Tensor[] = [await convolutions.predictOnBatch(batchOf(pixels))].flat();
  return Promise.all(
    outputs.map(async (output) => ({
      width: output.shape[2],
      images: channelsOf(await output.data(), output.shape[3]),
    })),
  );
}

/** Takes channels apart, which are the last axis. */
function channelsOf(data: ArrayLike<number | bigint>, channels: number): Float32Array[] {
  return Array.from({ length: channels }, (_, channel) =>
    Float32Array.from({ length: data.length / channels }, (_, i) => Number(data[i * channels + channel])),
  );
}
