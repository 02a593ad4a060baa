import { abs, grad, jit, max, mul, sub, type Tensor, tree, valueAndGrad } from '@manabi/core';
import { answers, forward, gradientByHand, initialize, inputs, lossOf, type Params } from './network.ts';

/** Result of the training. */
export interface Result {
  /** Largest differences between the gradients computed by hand and those of `grad`, before and after training. */
  readonly gradientDifferences: readonly number[];
  /** Losses during training, one for every `reportEvery` steps. */
  readonly losses: readonly number[];
  /** Probability of "true" for each row of the truth table, according to the trained network. */
  readonly probabilities: readonly number[];
}

/** Options of `trainXor`. */
export interface TrainOptions {
  readonly seed?: number;
  readonly learningRate?: number;
  readonly steps?: number;
  readonly reportEvery?: number;
  /** Called with each reported loss. */
  readonly onReport?: (step: number, loss: number) => void;
}

/**
 * Trains a network on exclusive or by gradient descent. Before and after training, compares the gradients computed by
 * hand with those of `grad`.
 */
export async function trainXor(options: TrainOptions = {}): Promise<Result> {
  const { seed = 1, learningRate = 1, steps = 1000, reportEvery = 100, onReport = () => {} } = options;

  // One step of gradient descent. `valueAndGrad` returns a function that computes the loss and the gradient, a tree
  // like `params`. `jit` compiles the step at the first call and replays it afterwards. The learning rate is an
  // argument and may change from step to step. The old parameters are donated: the new ones reuse their memory.
  const step = jit(
    (before: Params, rate: Tensor) => {
      const [loss, slopes] = valueAndGrad(lossOf)(before, inputs, answers);
      return { loss, params: tree.map((param, slope) => sub(param, mul(slope, rate)), before, slopes) };
    },
    { donate: [0], name: 'step' },
  );

  let params = initialize(seed);
  const gradientDifferences = [await gradientDifference(params)];
  const losses: number[] = [];
  for (let i = 1; i <= steps; i++) {
    // Tensor functions only build a graph; computations run when they are awaited.
    const result = await step(params, learningRate);
    params = result.params;
    if (i % reportEvery > 0) continue;
    const loss = await result.loss.item();
    losses.push(loss);
    onReport(i, loss);
  }
  gradientDifferences.push(await gradientDifference(params));

  const { probability } = forward(params, inputs);
  return { gradientDifferences, losses, probabilities: [...(await probability.data())] };
}

/** Returns the largest difference between the gradients computed by hand and those of `grad`. */
async function gradientDifference(params: Params): Promise<number> {
  const byHand = gradientByHand(params, inputs, answers);
  const byGrad = grad(lossOf)(params, inputs, answers);
  const differences = tree.map((one, other) => max(abs(sub(one, other))), byHand, byGrad);
  return Math.max(...(await Promise.all(tree.leaves(differences).map((difference) => difference.item()))));
}
