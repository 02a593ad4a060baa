import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { astype, index, mul, notEqual, random, sum, type Tensor, tensor } from '@manabi/core';
import {
  type CallContext,
  clearSession,
  input,
  Layer,
  type LayerOptions,
  layers,
  Model,
  maskOf,
  model,
  type PartialShape,
  sequential,
  setRandomSeed,
  withMask,
} from '../index.ts';
import { toList } from '../structure/nested.ts';

beforeEach(() => {
  clearSession();
  setRandomSeed(1);
});

/** Layer that returns its input with a mask that excludes zeros. */
class MarkZeros extends Layer {
  constructor() {
    super({}, {});
  }

  override call(x: Tensor): Tensor {
    return mul(x, 10);
  }

  override computeMask(x: Tensor): Tensor {
    return notEqual(x, 0);
  }
}

/** Layer that counts the elements of each sample that its input's mask includes; returns zeros if there is no mask. */
class CountMarked extends Layer {
  constructor(options: LayerOptions = {}) {
    super(options, {});
  }

  override call(x: Tensor, { mask }: CallContext): Tensor {
    return mask === null ? mul(index(x, [], 0), 0) : sum(astype(mask, 'float32'), 1);
  }
}

class Plain extends Layer {
  constructor(options: LayerOptions = {}) {
    super(options, {});
  }

  override call(x: Tensor): Tensor {
    return mul(x, 1);
  }
}

const X = tensor([[1, 0, 2, 0]]);

describe('masks', () => {
  test('masks pass through layers with supportsMasking and are dropped by others', async () => {
    const marked = new MarkZeros().apply(X);
    const through = layers.dense({ units: 4 }).apply(marked);
    expect(await maskOf(through)?.array()).toEqual([[true, false, true, false]]);
    expect(await new CountMarked().apply(through).array()).toEqual([2]);
    expect(maskOf(new Plain().apply(marked))).toBeNull();
  });

  test('masks pass through sequential, functional and custom models, eagerly and in predict', async () => {
    const x = input({ shape: [4] });
    const functional = model({ inputs: x, outputs: new CountMarked().apply(new MarkZeros().apply(x)) });
    const chain = sequential([new MarkZeros(), sequential([layers.dense({ units: 4 })]), new CountMarked()]);
    class Own extends Model {
      readonly mark = new MarkZeros();
      readonly count = new CountMarked();
      override call(inputs: Tensor, context: CallContext): Tensor {
        return this.count.apply(this.mark.apply(inputs, context), context);
      }
    }
    for (const m of [functional, chain, new Own()]) {
      expect(await m.apply(X).array()).toEqual([2]);
      const [compiled] = toList(await m.predictOnBatch(X));
      expect(await compiled.array()).toEqual([2]);
    }
  });

  test('apply() accepts the mask of the input as an option, and run() returns the masks of the outputs', async () => {
    const mask = tensor([[true, true, true, false]]);
    expect(await new CountMarked().apply(X, { mask }).array()).toEqual([3]);
    const m = sequential([layers.dense({ units: 4, inputShape: [4] })]);
    expect(await m.run(m.values(), X, { mask }).masks[0]?.array()).toEqual([[true, true, true, false]]);
    const given = withMask(X, mask);
    expect(maskOf(m.apply(given))).toBe(mask);
    expect(maskOf(X)).toBeNull();
  });
});

describe('layer names', () => {
  test('default names are class names in snake case, numbered from the second layer on; clearSession resets the numbers', () => {
    const names = () =>
      [layers.dense({ units: 1 }), layers.dense({ units: 1 }), new MarkZeros()].map(({ name }) => name);
    expect(names()).toEqual(['dense', 'dense_1', 'mark_zeros']);
    expect(names()).toEqual(['dense_2', 'dense_3', 'mark_zeros_1']);
    clearSession();
    expect(names()).toEqual(['dense', 'dense_1', 'mark_zeros']);
  });
});

describe('output shapes', () => {
  test('output shapes are inferred by tracing, with null for lengths that depend on unknown lengths of the input', () => {
    class Mixed extends Layer {
      constructor() {
        super({}, {});
      }
      override call(x: Tensor): readonly Tensor[] {
        return [sum(x), sum(x, 0), sum(x, 1), x, index(x, [0, 2])];
      }
    }
    const outputs = new Mixed().applyAll(input({ shape: [null, 5] }));
    expect(outputs.map(({ shape }) => shape)).toEqual([[], [null, 5], [null, 5], [null, null, 5], [2, null, 5]]);
    const fixed = new Mixed().applyAll(input({ batchShape: [2, 3, 5] }));
    expect(fixed.map(({ shape }) => shape)).toEqual([[], [3, 5], [2, 5], [2, 3, 5], [2, 3, 5]]);
  });
});

describe('Layer', () => {
  test('divides the penalty of activityRegularizer by the batch size', async () => {
    const m = sequential([layers.dense({ units: 4, inputShape: [4], activityRegularizer: 'l1' })]);
    m.setWeights([tensor([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]), tensor([0, 0, 0, 0])]); // biome-ignore format: a matrix
    const { losses } = m.run(m.values(), X);
    expect(await losses[0].item()).toBeCloseTo(0.03);
  });

  test('lists the layers in its public fields as sublayers', () => {
    class Nest extends Layer {
      readonly one = layers.dense({ units: 1, name: 'one' });
      readonly list = [layers.dense({ units: 1, name: 'two' })];
      readonly record = { three: layers.dense({ units: 1, name: 'three' }) };
      readonly map = new Map([['four', layers.dense({ units: 1, name: 'four' })]]);
      readonly again = this.one;
      constructor() {
        super({}, {});
      }
      override call(x: Tensor): Tensor {
        return x;
      }
    }
    expect(new Nest().sublayers.map(({ name }) => name)).toEqual(['one', 'two', 'three', 'four']);
  });

  test('rejects an unknown name in weight() and suggests the nearest name', () => {
    const dense = layers.dense({ units: 1 });
    expect(() => dense.weight('kernel')).toThrow(
      expect.objectContaining({ data: expect.objectContaining({ built: false }) }),
    );
    dense.apply(X);
    expect(() => dense.weight('kernal')).toThrow(
      expect.objectContaining({
        code: 'argument',
        data: expect.objectContaining({ name: 'kernal', names: ['kernel', 'bias'] }),
      }),
    );
  });

  test('throws an error if call() reads a weight that was not created', () => {
    class Forgetful extends Layer {
      kernel?: Parameters<CallContext['read']>[0];
      constructor() {
        super({}, {});
      }
      override build(_shape: PartialShape): void {}
      override call(x: Tensor, context: CallContext): Tensor {
        return mul(x, context.read(this.kernel));
      }
    }
    expect(() => new Forgetful().apply(X)).toThrow(
      expect.objectContaining({ code: 'argument', data: expect.objectContaining({ layer: 'forgetful' }) }),
    );
  });

  test('freezes weights that are created after trainable was set to false', () => {
    const dense = layers.dense({ units: 1, trainable: false });
    dense.apply(X);
    expect([dense.trainableWeights.length, dense.nonTrainableWeights.length]).toEqual([0, 2]);
    dense.trainable = true;
    expect(dense.trainableWeights).toHaveLength(2);
  });
});

test('setRandomSeed determines the random numbers of layers that are called eagerly', async () => {
  class Noise extends Layer {
    constructor() {
      super({}, {});
    }
    override call(x: Tensor, context: CallContext): Tensor {
      return random.uniform(context.key(), x.shape);
    }
  }
  const noise = new Noise();
  setRandomSeed(4);
  const [first, second] = [await noise.apply(X).array(), await noise.apply(X).array()];
  expect(first).not.toEqual(second);
  setRandomSeed(4);
  expect(await noise.apply(X).array()).toEqual(first);
  const key = random.key(1);
  expect(await noise.apply(X, { key }).array()).toEqual(await noise.apply(X, { key }).array());
});
