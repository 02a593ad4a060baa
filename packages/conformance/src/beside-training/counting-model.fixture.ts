import {
  add,
  astype,
  concatenate,
  hostArray,
  mul,
  negative,
  ones,
  sum,
  type Tensor,
  take,
  tensor,
  zeros,
} from '@manabi/core';
import { type CallContext, Layer, layers, type Model, sequential, type Tensors, type Variable } from '@manabi/layers';
import { sgd } from '@manabi/optimizers';

/** Weights of a counter: two that are trained, and a state. */
const WIDTHS = [2, 3, 1];

/**
 * A layer that counts training steps: with plain gradient descent at a rate of 1, each step adds 1 to every element of its
 * weights and state. It appends them to its input, so that what a prediction saw can be read from its output.
 */
export class Counter extends Layer {
  static override readonly className = 'Counter';
  #parts: readonly Variable[] = [];

  constructor(config: { readonly name?: string } = {}) {
    super(config, {});
  }

  override build(): void {
    this.#parts = WIDTHS.map((width, i) =>
      this.addWeight({ name: `part${i}`, shape: [width], initializer: 'zeros', trainable: i < 2 }),
    );
  }

  override call(x: Tensors, context: CallContext): Tensor {
    const [input] = [x].flat();
    const [first, second, seen] = this.#parts.map((part) => context.read(part));
    // The gradient is made of what comes in, as that of other layers is: 1 for all finite inputs.
    const one = add(1, mul(0, sum(input)));
    context.addLoss(negative(mul(one, add(sum(first), sum(second)))));
    if (context.training) context.update(this.#parts[2], add(seen, 1));
    const column = ones([input.shape[0], 1]);
    return concatenate([input, mul(column, first), mul(column, second), mul(column, seen)], 1);
  }
}

/** Looks its inputs up in a table of two rows, for whose values nothing checks the inputs before a step. */
export class Lookup extends Layer {
  static override readonly className = 'Lookup';

  constructor() {
    super({}, {});
  }

  override call(x: Tensors): Tensor {
    const [input] = [x].flat();
    return take(tensor([0, 0]), astype(input, 'int32'), 0);
  }
}

/** Elements that a counter appends to each row. */
export const COUNTED = WIDTHS.reduce((total, width) => total + width, 0);

/** A model that counts its own training steps, and with `shared` those of all models that have the layer. */
export function countingModel(name: string, shared: Counter, extra: readonly Layer[] = []): Model {
  const model = sequential(
    [layers.inputLayer({ shape: [1] }), ...extra, shared, new Counter({ name: `${name}_own` })],
    {
      name,
    },
  );
  model.compile({ optimizer: sgd({ learningRate: 1 }) });
  return model;
}

/** Samples of zeros. */
export const samples = (count: number) => hostArray('float32', [count, 1], new Float32Array(count));

/** The values for `setWeights` that make both counters stand at a count. */
export const countedTo = (count: number): Tensor[] => [...WIDTHS, ...WIDTHS].map((width) => add(zeros([width]), count));
