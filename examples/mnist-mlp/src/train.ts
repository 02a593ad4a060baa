import { add, astype, equal, type HostArray, jit, random, scalar, sum, type Tensor, valueAndGrad } from '@manabi/core';
import { fromTensorSlices } from '@manabi/data';
import { adam, cosineDecay } from '@manabi/optimizers';
import { digitsOf, initialize, lossOf, type Network } from './network.ts';

/** MNIST images, uint8 `[n, 28, 28, 1]`, and their digits, `[n]`. */
export interface Digits {
  readonly images: HostArray;
  readonly labels: HostArray;
}

/** Options of `train`. */
export interface TrainOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly seed: number;
  /** Called every few batches with the progress of training. */
  readonly onProgress?: (progress: Progress) => void;
}

/** Progress of training. */
export interface Progress {
  /** Current epoch, from 1. */
  readonly epoch: number;
  readonly batch: number;
  readonly batches: number;
  /** Mean loss of the epoch so far. */
  readonly loss: number;
}

/** Number of batches between two calls of `onProgress`; reading the loss after every batch would slow training down. */
const BATCHES_PER_REPORT = 50;

/** Trains a new network with Adam and a learning rate that decays to zero along a cosine. */
export async function train(digits: Digits, options: TrainOptions): Promise<Network> {
  const { epochs, batchSize, seed, onProgress } = options;
  const rows = digits.labels.data.length;
  const batches = Math.floor(rows / batchSize);
  const optimizer = adam({ learningRate: cosineDecay({ initialLearningRate: 0.002, decaySteps: epochs * batches }) });

  let params = initialize(random.key(seed));
  let state = optimizer.init(params);
  let total = scalar(0);
  const step = jit(
    (before: typeof params, memory: typeof state, losses: Tensor, batch: { x: Tensor; y: Tensor }) => {
      const [loss, grads] = valueAndGrad(lossOf)(before, batch.x, batch.y);
      return { ...optimizer.update(before, grads, memory), total: add(losses, loss) };
    },
    { donate: [0, 1, 2], name: 'step' },
  );

  const data = fromTensorSlices({ x: digits.images, y: digits.labels })
    .shuffle(rows, { seed })
    .batch(batchSize, { dropRemainder: true })
    .prefetch(2);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    total = scalar(0);
    let batch = 0;
    for await (const each of data) {
      ({ params, state, total } = await step(params, state, total, each));
      batch++;
      if (batch % BATCHES_PER_REPORT === 0 || batch === batches) {
        onProgress?.({ epoch, batch, batches, loss: (await total.item()) / batch });
      }
    }
  }
  return params;
}

/** Computes the fraction of digits that a network classifies correctly. */
export async function accuracyOf(network: Network, digits: Digits): Promise<number> {
  const hits = jit((params: Network, x: Tensor, y: Tensor) => sum(equal(digitsOf(params, x), astype(y, 'int32'))));
  let right = 0;
  for await (const { x, y } of fromTensorSlices({ x: digits.images, y: digits.labels }).batch(1000)) {
    right += await (await hits(network, x, y)).item();
  }
  return right / digits.labels.data.length;
}
