import '@manabi/backend-cpu/register';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { add, mean, mul, ones, relu, sum, type Tensor, tensor, zeros } from '@manabi/core';
import { assertArraysClose } from '@manabi/testing';
import {
  type CallContext,
  clearSession,
  Layer,
  layerGradients,
  layers,
  Model,
  maskOf,
  sequential,
  setRandomSeed,
  type Tensors,
  withMask,
} from '../index.ts';

const words = tensor([[3, 1, 0, 0], [2, 0, 0, 0]], { dtype: 'int32' }); // biome-ignore format: rows
const mask = [[true, true, false, false], [true, false, false, false]]; // biome-ignore format: rows

let warn: jest.SpiedFunction<typeof console.warn>;

beforeEach(() => {
  clearSession();
  setRandomSeed(1);
  warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => warn.mockRestore());

/** A model with an embedding, a recurrent layer, and a function between the two that the test chooses. */
class Reader extends Model {
  readonly embedding = layers.embedding({ inputDim: 4, outputDim: 3, maskZero: true });
  readonly between: (x: Tensor, context: CallContext) => Tensor;
  readonly recurrent = layers.lstm({ units: 2 });

  constructor(between: Reader['between']) {
    super({ seed: 4 });
    this.between = between;
  }

  override call(x: Tensor, context: CallContext): Tensor {
    return this.recurrent.apply(this.between(this.embedding.apply(x, context), context), context);
  }
}

async function outputsOf(model: Model): Promise<Float32Array> {
  model.build([null, 4]);
  return Float32Array.from(await (await model.predict(words)).data());
}

describe('masks', () => {
  test('masks pass through tensor functions between the layers of a custom model', async () => {
    const plain = await outputsOf(new Reader((x) => x));
    clearSession();
    const computed = await outputsOf(new Reader((x) => mul(add(relu(x), negativePart(x)), 1)));
    expect(computed).toEqual(plain);
    clearSession();
    const without = await outputsOf(new Reader((x) => withMask(x, null)));
    expect(without).not.toEqual(plain);
  });

  test('masks pass through tensor functions outside of models, even after tensors were read', async () => {
    const embedded = mul(layers.embedding({ inputDim: 4, outputDim: 3, maskZero: true }).apply(words), 2);
    await embedded.data();
    expect(await maskOf(add(embedded, 1))?.array()).toEqual(mask);
    expect(maskOf(sum(embedded, 1))).toBeNull();
    expect(await maskOf(layers.dense({ units: 2 }).apply(add(embedded, 1)))?.array()).toEqual(mask);
  });

  test('masks pass through a custom layer that calls other layers and applies tensor functions to their outputs', async () => {
    class Residual extends Layer {
      readonly dense = layers.dense({ units: 3 });
      override call(x: Tensor, context: CallContext): Tensor {
        return relu(add(x, mul(this.dense.apply(x, context), 0.5)));
      }
    }
    const embedded = layers.embedding({ inputDim: 4, outputDim: 3, maskZero: true }).apply(words);
    expect(await maskOf(new Residual().apply(embedded))?.array()).toEqual(mask);
  });

  test('masks reach the loss even if a model applies tensor functions after its last layer', async () => {
    class Scaled extends Model {
      readonly embedding = layers.embedding({ inputDim: 4, outputDim: 3, maskZero: true });
      readonly dense = layers.dense({ units: 1 });
      override call(x: Tensor, context: CallContext): Tensor {
        return mul(this.dense.apply(this.embedding.apply(x, context), context), 3);
      }
    }
    const model = new Scaled();
    model.build([null, 4]);
    model.compile({ loss: 'mae', metrics: ['mae'] });
    const y = tensor([[[1], [1], [90], [90]], [[1], [90], [90], [90]]]); // biome-ignore format: rows
    const { loss, mae } = await model.evaluate(words, y, { verbose: 0 });
    const outputs = (await (await model.predict(words)).data()) as Float32Array;
    const expected = [0, 1, 4].reduce((total, i) => total + Math.abs(1 - outputs[i]), 0) / 3;
    assertArraysClose([loss, mae], [expected, expected], { rtol: 1e-5 });
  });

  test('layerGradients takes masks into account: the gradients of masked timesteps are zero', async () => {
    const model = sequential([
      sequential([layers.embedding({ inputDim: 4, outputDim: 3, maskZero: true, inputShape: [4] })]),
      layers.lstm({ units: 2 }),
    ]);
    const { activations } = layerGradients(model, words, (y) => mean(y as Tensor));
    const gradient = await activations.sequential.array();
    // Gradients with respect to masked timesteps are zero.
    expect(JSON.stringify(gradient)).toMatch(/\[0,0,0\],\[0,0,0\]\]/);
  });

  test('the mask of an input is unchanged if a layer returns the input with another mask', async () => {
    class Unmasked extends Layer {
      override call(x: Tensors): Tensors {
        return x;
      }
      override computeMask(): null {
        return null;
      }
    }
    const x = withMask(tensor([[[1], [2]]]), tensor([[true, false]]));
    expect(maskOf(new Unmasked().apply(x))).toBeNull();
    expect(await maskOf(x)?.array()).toEqual([[true, false]]);
  });

  test('masks of two operands are combined by logical or, and rejected if their shapes differ', async () => {
    const [x, y] = [
      [true, false],
      [false, false],
    ].map((each) => withMask(tensor([[[1], [2]]]), tensor([each])));
    expect(await maskOf(mul(x, y))?.array()).toEqual([[true, false]]);
    const rows = withMask(tensor([[[1], [2]]]), tensor([true]));
    expect(() => maskOf(mul(x, rows))).toThrow(expect.objectContaining({ code: 'shape' }));
  });

  test("withMask rejects masks that are not bool or do not have the shape of the tensor's leading axes", () => {
    const x = zeros([2, 4, 3]);
    expect(() => withMask(x, ones([2, 4]))).toThrow(expect.objectContaining({ code: 'dtype', op: 'withMask' }));
    for (const shape of [[4], [2, 3], [2, 4, 3, 1]]) {
      const misfit = ones(shape, { dtype: 'bool' });
      expect(() => withMask(x, misfit)).toThrow(expect.objectContaining({ code: 'shape', op: 'withMask' }));
    }
    expect(maskOf(withMask(x, ones([2, 4], { dtype: 'bool' })))?.shape).toEqual([2, 4]);
  });

  test('a custom layer without mask support drops the mask, with one warning per class as in Keras', () => {
    class Twice extends Layer {
      override call(x: Tensor): Tensor {
        return mul(x, 2);
      }
    }
    const x = withMask(tensor([[[1], [2]]]), tensor([[true, false]]));
    expect(maskOf(new Twice().apply(x))).toBeNull();
    new Twice().apply(x);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0][0]).toContain('supportsMasking');
    class Supporting extends Twice {
      override supportsMasking = true;
    }
    expect(maskOf(new Supporting().apply(x))).not.toBeNull();
    new Twice().apply(tensor([[[1]]]));
    // A layer that reads the mask may drop it without a warning.
    expect(maskOf(layers.globalAveragePooling1d().apply(x))).toBeNull();
    expect(warn).toHaveBeenCalledTimes(1);
  });
});

/** Returns min(x, 0), so that relu(x) plus the result is x. */
function negativePart(x: Tensor): Tensor {
  return add(mul(relu(x), -1), x);
}
