import { hostArray, input, layers, model, optimizers, regularizers, setRandomSeed, tensor } from 'manabi';
import { featuresOf, gridPoints as grid } from './features.ts';
import type { LabeledPoint, LayerWeights, Output, Settings } from './messages.ts';
import { pointsOf } from './points.ts';

/** Points for training, and as many for the test. */
const POINTS = 200;

/** A network that learns to tell the classes of points apart. */
export interface BoundaryNetwork {
  trainEpoch(batchSize: number): Promise<void>;
  setLearningRate(rate: number): void;
  report(): Promise<Output>;
}

/** Creates points and a network. */
export async function createBoundaryNetwork(settings: Settings): Promise<BoundaryNetwork> {
  const { dataset, noise, features, seed } = settings;
  const points = await pointsOf(dataset, noise, 2 * POINTS, seed);
  const [train, test] = [points.slice(0, POINTS), points.slice(POINTS)];
  const { network, parts, dense } = layersOf(settings);
  let epoch = 0;

  // The outputs for all points that the page shows are computed together.
  const shown = [...grid, ...points];
  const x = hostArray('float32', [shown.length, features.length], featuresOf(shown, features));

  return {
    trainEpoch: async (batchSize) => {
      for (let begin = 0; begin < POINTS; begin += batchSize) {
        const batch = train.slice(begin, begin + batchSize);
        const inputs = hostArray('float32', [batch.length, features.length], featuresOf(batch, features));
        await network.trainOnBatch(inputs, tensor(batch.map(({ label }) => [label])));
      }
      epoch++;
    },
    setLearningRate: (rate) => network.trainer.setLearningRate(rate),
    report: async () => {
      const outputs = await parts.predictOnBatch(x);
      // A network without hidden layers has a single output, which is then no list.
      const values = await Promise.all([outputs].flat().map((output) => output.data()));
      const maps = values.map((data) => columnsOf(data, data.length / shown.length));
      const [probabilities] = maps[maps.length - 1];
      const [trained, tested] = [
        scoreOf(train, probabilities.subarray(grid.length)),
        scoreOf(test, probabilities.subarray(grid.length + POINTS)),
      ];
      return {
        epoch,
        train,
        test,
        loss: { train: trained.loss, test: tested.loss },
        accuracy: { train: trained.accuracy, test: tested.accuracy },
        weights: await Promise.all(dense.map(weightsOf)),
        maps: maps.map((units) => units.map((values) => values.slice(0, grid.length))),
      };
    },
  };
}

/** Creates a network, and a second one with the same layers, whose outputs are those of all layers. */
function layersOf({ features, hidden, activation, regularization, regularizationRate, ...settings }: Settings) {
  setRandomSeed(settings.seed);
  const penalties = {
    none: null,
    l1: regularizers.l1({ l1: regularizationRate }),
    l2: regularizers.l2({ l2: regularizationRate }),
  };
  const kernelRegularizer = penalties[regularization];
  const dense = [
    ...hidden.map((units) => layers.dense({ units, activation, kernelRegularizer })),
    layers.dense({ units: 1, activation: 'sigmoid', kernelRegularizer }),
  ];
  const x = input({ shape: [features.length] });
  const outputs = [];
  let value = x;
  for (const layer of dense) {
    value = layer.apply(value);
    outputs.push(value);
  }
  const network = model({ inputs: x, outputs: value });
  const optimizer = optimizers[settings.optimizer]({ learningRate: settings.learningRate });
  network.compile({ optimizer, loss: 'binaryCrossentropy' });
  return { network, parts: model({ inputs: x, outputs }), dense };
}

/** Returns the columns of a matrix. */
function columnsOf(data: ArrayLike<number>, columns: number): Float32Array[] {
  return Array.from({ length: columns }, (_, column) =>
    Float32Array.from({ length: data.length / columns }, (_, row) => data[row * columns + column]),
  );
}

/** Returns the loss and the accuracy of probabilities. */
function scoreOf(points: readonly LabeledPoint[], probabilities: Float32Array) {
  let [loss, right] = [0, 0];
  for (const [i, { label }] of points.entries()) {
    const p = label === 1 ? probabilities[i] : 1 - probabilities[i];
    loss -= Math.log(Math.max(p, 1e-7)) / points.length;
    if (p > 0.5) right++;
  }
  return { loss, accuracy: right / points.length };
}

async function weightsOf(layer: ReturnType<typeof layers.dense>): Promise<LayerWeights> {
  const [kernel, bias] = await layer.getWeights();
  return { units: bias.shape[0], kernel: Float32Array.from(kernel.data), bias: Float32Array.from(bias.data) };
}
