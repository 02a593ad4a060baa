// Trains a network on MNIST, and says after each few steps what it takes the reader's digit for.
import { layers, type Model, sequential, setRandomSeed } from 'manabi';
import { live } from '../../worker/live.ts';
import { prepareDigitTraining } from './digit-training.ts';
import type { DigitPixels, Input, NetworkName, Output } from './messages.ts';

const training = await prepareDigitTraining();
let digit: DigitPixels | null = null;
let samples: readonly DigitPixels[] | null = training.samples;

await live<Input, Output>({
  step: training.step,
  report: async () => {
    const probabilities = digit === null ? null : await training.probabilitiesOf(digit);
    const report = { ...training.progress, probabilities, samples };
    samples = null;
    return report;
  },
  receive: async (input) => {
    if (input.type === 'network') await training.begin(networkOf(input.network));
    else digit = input.pixels;
  },
});

function networkOf(name: NetworkName): Model {
  setRandomSeed(1);
  const scaled = layers.rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] });
  const output = layers.dense({ units: 10, activation: 'softmax' });
  if (name === 'dense') {
    return sequential([scaled, layers.flatten(), layers.dense({ units: 128, activation: 'relu' }), output]);
  }
  return sequential([
    scaled,
    layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu' }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.conv2d({ filters: 16, kernelSize: 3, activation: 'relu' }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.flatten(),
    output,
  ]);
}
