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

/** Lengths of the variables of a counter: two trainable weights and a state. */
const WIDTHS = [2, 3, 1];

/**
 * A layer that counts training steps: with SGD at a learning rate of 1, each step adds 1 to every element of its weights
 * and state. The output is the input with all these elements appended, which shows the weights used by a prediction.
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
    // This is 1 for all finite inputs, but depends on the inputs like the gradients of other layers.
    const one = add(1, mul(0, sum(input)));
    context.addLoss(negative(mul(one, add(sum(first), sum(second)))));
    if (context.training) context.update(this.#parts[2], add(seen, 1));
    const column = ones([input.shape[0], 1]);
    return concatenate([input, mul(column, first), mul(column, second), mul(column, seen)], 1);
  }
}

/**
 * A layer that looks up its inputs as indices in a table of two rows. An invalid index is detected only while a
 * training step runs.
 */
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

/** Number of elements that a counter appends to each row. */
export const COUNTED = WIDTHS.reduce((total, width) => total + width, 0);

/**
 * Returns a model with two counters: a new one, which counts the training steps of this model, and `shared`, which
 * counts the training steps of all models that contain it.
 */
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

/** Returns `count` samples whose elements are all zero. */
export const samples = (count: number) => hostArray('float32', [count, 1], new Float32Array(count));

/** Returns the argument for `setWeights` that sets both counters of a model to `count`. */
export const countedTo = (count: number): Tensor[] => [...WIDTHS, ...WIDTHS].map((width) => add(zeros([width]), count));
