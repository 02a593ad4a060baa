import { fromHost, type HostArray, hostArray, jit, profile, random, type Tensor, valueAndGrad } from '@manabi/core';
import { adam, type OptimizerState } from '@manabi/optimizers';
import type { Prepared } from './prepared.ts';
import { checkedLoss } from './training-check.ts';
import type { Batch, DenseStart, Start } from './training-inputs.ts';

/** Parameters or other state of a network: tensors by name. */
export type Named = Readonly<Record<string, Tensor>>;

/** A batch in host memory. */
export interface HostBatch {
  readonly x: HostArray;
  readonly y: HostArray;
}

/** Arguments of a loss in addition to the parameters and the batch. */
export interface LossContext {
  /** State from the previous step. */
  readonly carried: Named;
  /** Random key, which differs in each step. */
  readonly key: Tensor;
}

/** A network to train. */
export interface Network {
  readonly params: Named;
  /** State that each step passes to the next one, and that has no gradient, such as moving averages. */
  readonly carried?: Named;
  readonly batches: readonly HostBatch[];
  /** Learning rate of Adam (default: 0.001). */
  readonly learningRate?: number;
  /** Returns the loss of a batch, and the state for the next step. */
  readonly lossOf: (
    params: Named,
    x: Tensor,
    y: Tensor,
    context: LossContext,
  ) => readonly [loss: Tensor, carried: Named];
}

/**
 * Prepares training with Adam. The training step is one jitted function, to which the parameters and the optimizer
 * state are donated.
 */
export function training({
  params: start,
  carried: carriedStart = {},
  batches,
  learningRate = 0.001,
  lossOf,
}: Network): Prepared {
  const optimizer = adam({ learningRate });
  const train = jit(
    (params: Named, state: OptimizerState<Named>, carried: Named, seed: Tensor, x: Tensor, y: Tensor) => {
      const context = { carried, key: random.foldIn(seed, state.step) };
      const differentiated = valueAndGrad((variables: Named) => lossOf(variables, x, y, context), { hasAux: true });
      const [[loss, next], gradients] = differentiated(params);
      return { loss, carried: next, ...optimizer.update(params, gradients, state) };
    },
    { donate: [0, 1, 2], name: 'train' },
  );
  const seed = random.key(1);
  let params = start;
  let state = optimizer.init(params);
  let carried = carriedStart;
  let loss: Tensor | null = null;
  let position = 0;
  const step = async (): Promise<void> => {
    const { x, y } = batches[position];
    position = (position + 1) % batches.length;
    ({ loss, params, state, carried } = await train(params, state, carried, seed, x, y));
  };
  return {
    step,
    check: () => checkedLoss(step, () => loss?.item() ?? Number.NaN),
    steps: () => profile(train, params, state, carried, seed, batches[0].x, batches[0].y),
    dispose: () => {
      for (const each of [...Object.values(params), ...Object.values(carried), seed]) each.dispose();
    },
  };
}

/** Creates the tensor of an initial weight. */
export function weight({ shape, kernel }: Start): Tensor {
  return fromHost(hostArray('float32', shape, kernel));
}

/** Creates the parameters of dense layers: `kernel0`, `bias0`, … */
export function denseParams(starts: readonly DenseStart[]): Named {
  return Object.fromEntries(
    starts.flatMap((start, layer) => [
      [`kernel${layer}`, weight(start)],
      [`bias${layer}`, fromHost(hostArray('float32', [start.outputs], start.bias))],
    ]),
  );
}

/** Returns batches in host memory, with inputs of the given shape and class labels. */
export function hostBatches(batches: readonly Batch[], shape: readonly number[]): readonly HostBatch[] {
  return batches.map(({ images, labels }) => ({
    x: hostArray('float32', shape, images),
    y: hostArray('int32', [shape[0]], labels),
  }));
}
