import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import { mul, type Tensor, tensor } from '@manabi/core';
import { type CallContext, Layer, layers, Model, sequential } from '../index.ts';

const x = tensor([[1], [2], [3], [4]]);
const y = tensor([[3], [5], [7], [9]]);

async function losses(model: Model): Promise<number[]> {
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  const { history } = await model.fit(x, y, { epochs: 5, verbose: 0 });
  return history.loss;
}

const falls = (values: readonly number[]): boolean => values.every((value, i) => i === 0 || value < values[i - 1]);

describe('layers that another layer calls without passing the context', () => {
  test('a layer in a custom model is trained even if the model calls it without the context', async () => {
    class Line extends Model {
      readonly dense = layers.dense({ units: 1, kernelInitializer: 'zeros' });
      override call(inputs: Tensor): Tensor {
        return this.dense.apply(inputs);
      }
    }
    const model = new Line();
    expect(falls(await losses(model))).toBe(true);
    expect(model.countParams()).toBe(2);
  });

  test('a layer in a custom layer is trained even if the custom layer calls it without the context', async () => {
    class Twice extends Layer {
      readonly dense = layers.dense({ units: 1, kernelInitializer: 'zeros' });
      override call(inputs: Tensor): Tensor {
        return this.dense.apply(this.dense.apply(inputs));
      }
    }
    expect(falls(await losses(sequential([new Twice(), layers.dense({ units: 1, kernelInitializer: 'ones' })])))).toBe(
      true,
    );
  });

  test('a layer called without the context runs in training mode if the calling layer does', () => {
    class Dropping extends Layer {
      readonly dropout = layers.dropout({ rate: 0.999 });
      override call(inputs: Tensor, _context: CallContext): Tensor {
        return this.dropout.apply(inputs);
      }
    }
    const layer = new Dropping();
    const ones = tensor(new Float32Array(100).fill(1), { shape: [10, 10] });
    const kept = async (training: boolean) =>
      (await layer.apply(ones, { training }).data()).filter((each) => each === 1).length;
    return Promise.all([kept(true), kept(false)]).then((counts) => expect(counts).toEqual([0, 100]));
  });

  test('weights of another model are not trained if a layer calls that model', async () => {
    const teacher = sequential([layers.dense({ units: 1, kernelInitializer: 'ones', inputShape: [1] })]);
    const model = sequential([
      layers.dense({ units: 1, kernelInitializer: 'zeros', inputShape: [1] }),
      layers.lambda({ function: (z: Tensor): Tensor => teacher.apply(z) }),
    ]);
    const before = await teacher.weights[0].value.array();
    expect(falls(await losses(model))).toBe(true);
    expect(await teacher.weights[0].value.array()).toEqual(before);
  });
});

describe('options of a layer call', () => {
  const ones = tensor([[1, 1]]);

  test.each(['trainning', 'use_causal_mask'])('the misspelled call option %s is rejected', (name) => {
    expect(() => layers.dropout({ rate: 0.5 }).apply(ones, { [name]: true })).toThrow(
      expect.objectContaining({
        code: 'argument',
        data: expect.objectContaining({ name, nearest: [expect.any(String)] }),
      }),
    );
  });

  test('initial states of a recurrent layer are rejected as an option, since they must be inputs', () => {
    const states = [tensor([[1, 2]])];
    const lstm = layers.simpleRNN({ units: 2 });
    expect(() => lstm.apply(tensor([[[1]]]), { initialState: states })).toThrow(
      expect.objectContaining({ code: 'argument', data: expect.objectContaining({ name: 'initialState' }) }),
    );
  });

  test('a custom layer can have its own call options', () => {
    class Times extends Layer {
      override call(x: Tensor, { options }: CallContext): Tensor {
        return mul(x, Number(options.factor));
      }
    }
    expect(new Times().apply(ones, { factor: 3 }).shape).toEqual([1, 2]);
  });
});
