import '@manabi/backend-cpu/register';
import { layers, sequential, setRandomSeed } from '@manabi/layers';
import { modelPredictor, type Predictor } from '@manabi/serve';

/** Opens the network of `manabi train mnist-cnn` with random weights, on a worker thread. */
export async function open(): Promise<Predictor> {
  setRandomSeed(1);
  return modelPredictor(
    sequential([
      layers.rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] }),
      layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 128, activation: 'relu' }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ]),
  );
}
