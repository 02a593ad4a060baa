import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import {
  astype,
  jit,
  mul,
  realize,
  scalar,
  sign,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  tree,
  valueAndGrad,
} from '@manabi/core';
import { adam, adamw, defineOptimizer, exponentialDecay, nadam, sgd } from './index.ts';

const makeParams = () => ({ layers: [{ kernel: tensor([[1, -2]]), bias: tensor([3]) }], scale: scalar(0.5) });
type Params = ReturnType<typeof makeParams>;
const ones = (params: Params): Params => tree.map((param) => sub(mul(param, 0), -1), params);

describe('Optimizer', () => {
  test('init() returns an int32 step of 0, the learning rate, and slots with the structure of the parameters', async () => {
    const params = makeParams();
    const state = adam({ learningRate: 0.25 }).init(params);
    expect([state.step.dtype, state.step.shape, await state.step.item()]).toEqual(['int32', [], 0]);
    expect(await state.learningRate?.item()).toBe(0.25);
    expect(Object.keys(state.slots)).toEqual(['momentum', 'velocity']);
    expect(tree.structure(state.slots.velocity)).toEqual(tree.structure(params));
  });

  test('returns parameters with the given structure and non-tensor values, even if the keys of gradients are in another order', async () => {
    const optimizer = sgd({ learningRate: 1 });
    const params = { name: 'net', a: tensor([1]), b: tensor([2]), none: null };
    const grads = { none: null, b: tensor([20]), a: tensor([10]), name: 'net' };
    const updated = optimizer.update(params, grads, optimizer.init(params));
    expect({ ...updated.params, a: await updated.params.a.array(), b: await updated.params.b.array() }).toEqual({
      name: 'net',
      a: [-9],
      b: [-18],
      none: null,
    });
  });

  test('updates a single tensor, and accepts an empty tree', async () => {
    const optimizer = sgd({ learningRate: 0.5 });
    const x = tensor([1, 2]);
    const { params } = optimizer.update(x, tensor([1, 1]), optimizer.init(x));
    expect(await params.array()).toEqual([0.5, 1.5]);
    const empty = adam().update({}, {}, adam().init({}));
    expect([empty.params, await empty.state.step.item()]).toEqual([{}, 1]);
  });

  test('updates float64 parameters in float64', async () => {
    const optimizer = adam({ learningRate: 1e-9, epsilon: 0 });
    const x = astype(tensor([1]), 'float64');
    const { params, state } = optimizer.update(x, astype(tensor([2]), 'float64'), optimizer.init(x));
    expect([params.dtype, state.slots.momentum.dtype]).toEqual(['float64', 'float64']);
    expect(await params.item()).toBeCloseTo(1 - 1e-9, 13);
  });

  test('flushes slot values below 2^-110 to zero', async () => {
    const optimizer = sgd({ learningRate: 1, momentum: 0.5 });
    const x = tensor([1, 1, 1, 1]);
    const state = {
      ...optimizer.init(x),
      slots: { momentum: tensor([2 ** -109, 2 ** -110, -(2 ** -140), Number.NaN]) },
    };
    const { slots } = optimizer.update(x, tensor([0, 0, 0, 0]), state).state;
    expect(await slots.momentum.array()).toEqual([2 ** -110, 0, 0, Number.NaN]);
  });

  test('runs in jit with donation, without another trace when the learning rate changes', async () => {
    const optimizer = sgd({ learningRate: 1 });
    let traced = 0;
    const step = jit(
      (params: Params, state: ReturnType<typeof optimizer.init<Params>>) => {
        traced++;
        const [loss, grads] = valueAndGrad((p: Params) =>
          tree
            .leaves(p)
            .map((leaf) => sum(leaf))
            .reduce((a, b) => sub(a, mul(b, -1))),
        )(params);
        return { loss, ...optimizer.update(params, grads, state) };
      },
      { donate: [0, 1] },
    );
    const before = makeParams();
    let { params, state, loss } = await step(before, optimizer.init(before));
    expect(before.scale.state).toBe('donated');
    expect([await loss.item(), await params.scale.item()]).toEqual([2.5, -0.5]);
    state = { ...state, learningRate: scalar(0.25) };
    ({ params, state, loss } = await step(params, state));
    expect([await params.scale.item(), await state.learningRate?.item(), await state.step.item()]).toEqual([
      -0.75, 0.25, 2,
    ]);
    expect(traced).toBe(1);
  });

  test('passes the number of updates to a schedule, and uses a learning rate in the state in place of the schedule', async () => {
    const optimizer = sgd({
      learningRate: exponentialDecay({ initialLearningRate: 1, decaySteps: 1, decayRate: 0.5 }),
    });
    let params = tensor([0]);
    let state = optimizer.init(params);
    const grad = tensor([-1]);
    expect(state.learningRate).toBeNull();
    ({ params, state } = optimizer.update(params, grad, state));
    ({ params, state } = optimizer.update(params, grad, state));
    expect([await params.item(), await optimizer.learningRate(state).item()]).toEqual([1.5, 0.25]);
    state = { ...state, learningRate: scalar(8) };
    ({ params, state } = optimizer.update(params, grad, state));
    ({ params, state } = optimizer.update(params, grad, state));
    expect([await params.item(), await optimizer.learningRate(state).item()]).toEqual([17.5, 8]);
  });

  test('applies weight decay to the parameters for which excludeFromWeightDecay returns false', async () => {
    const seen: string[] = [];
    const optimizer = adamw({
      learningRate: 1,
      weightDecay: 0.5,
      excludeFromWeightDecay: (path, param) => {
        seen.push(path);
        return path.endsWith('bias') || param.rank === 0;
      },
    });
    const params = makeParams();
    const still = tree.map((param) => mul(param, 0), params);
    const updated = optimizer.update(params, still, optimizer.init(params));
    await realize(updated);
    expect(seen).toEqual(['layers.0.kernel', 'layers.0.bias', 'scale']);
    expect(await updated.params.layers[0].kernel.array()).toEqual([[0.5, -1]]);
    expect([await updated.params.layers[0].bias.item(), await updated.params.scale.item()]).toEqual([3, 0.5]);
  });

  test('defineOptimizer creates an optimizer from the rule for one parameter', async () => {
    const signSgd = defineOptimizer(
      {
        name: 'signSgd',
        slots: {},
        prepare: (context) => (param, grad, slots) => ({
          param: sub(param, mul(sign(grad), context.learningRate)),
          slots,
        }),
      },
      { learningRate: 0.5, weightDecay: 0.5 },
    );
    const { params } = signSgd.update(tensor([4, 4]), tensor([9, -9]), signSgd.init(tensor([4, 4])));
    expect(await params.array()).toEqual([2.5, 3.5]);
  });

  test('minimizes a quadratic function', async () => {
    const optimizer = nadam({ learningRate: 0.1 });
    const step = jit((x: Tensor, state: ReturnType<typeof optimizer.init<Tensor>>) => {
      const [, grads] = valueAndGrad((y: Tensor) => sum(square(sub(y, 3))))(x);
      return optimizer.update(x, grads, state);
    });
    let params = tensor([-1, 10]);
    let state = optimizer.init(params);
    for (let i = 0; i < 400; i++) ({ params, state } = await step(params, state));
    for (const value of await params.data()) expect(value).toBeCloseTo(3, 2);
  });
});

describe('Optimizer argument checks', () => {
  const params = makeParams();
  const optimizer = adam();
  const state = optimizer.init(params);
  const grads = ones(params);

  test.each([
    ['a gradient is missing', { layers: [{ kernel: grads.layers[0].kernel }], scale: grads.scale }, 'layers.0.bias'],
    ['one gradient has no parameter', { ...grads, shift: scalar(1) }, 'shift'],
    ['an array is too short', { ...grads, layers: [] }, 'layers.0'],
    ['a tensor replaces an object', { ...grads, layers: scalar(1) }, 'layers'],
    ['null replaces a tensor', { ...grads, scale: null }, 'scale'],
  ])('update() rejects gradients when %s', (_, wrong, path) => {
    expect(() => optimizer.update<object>(params, wrong, state)).toThrow(
      expect.objectContaining({ code: 'argument', op: 'adam', data: { tree: 'grads', path } }),
    );
  });

  test.each([
    ['shape', tensor([1, 2])],
    ['dtype', astype(scalar(1), 'int32')],
  ])('update() rejects a gradient of another %s', (code, scale) => {
    expect(() => optimizer.update(params, { ...grads, scale }, state)).toThrow(
      expect.objectContaining({ code, op: 'adam', data: expect.objectContaining({ path: 'scale' }) }),
    );
  });

  test('init() rejects an integer parameter', () => {
    expect(() => optimizer.init({ embedding: { ids: tensor(new Int32Array(3)) } })).toThrow(
      expect.objectContaining({ code: 'dtype', data: { path: 'embedding.ids', dtype: 'int32', shape: [3] } }),
    );
  });

  test('init() rejects parameters without tensors, and update() rejects a state that is not an optimizer state', () => {
    const params = makeParams();
    const optimizer = adam();
    for (const nothing of [undefined, 3, { kernel: [1, 2] }, Promise.resolve(params)]) {
      const error = expect.objectContaining({ code: 'argument', op: 'adam' });
      expect(() => optimizer.init(nothing)).toThrow(error);
    }
    expect(optimizer.init({ name: 'frozen', kernel: null }).slots.momentum).toEqual({ name: 'frozen', kernel: null });
    const state = optimizer.init(params);
    for (const args of [
      [params, params],
      [params, state, params],
      [params, params, Promise.resolve(state)],
    ]) {
      expect(() => Reflect.apply(optimizer.update, null, args)).toThrow(
        expect.objectContaining({ code: 'argument', op: 'adam', data: expect.objectContaining({ tree: 'state' }) }),
      );
    }
    expect(() => Reflect.apply(optimizer.update, null, [params, Promise.resolve(params), state])).toThrow(
      expect.objectContaining({ code: 'argument', data: { tree: 'grads', path: '' } }),
    );
  });

  test('update() rejects the state of another optimizer or of other parameters', () => {
    expect(() => optimizer.update(params, grads, sgd().init(params))).toThrow(
      expect.objectContaining({ code: 'argument', data: { expected: ['momentum', 'velocity'], given: [] } }),
    );
    const other = optimizer.init({ ...params, scale: tensor([1, 2]) });
    expect(() => optimizer.update(params, grads, other)).toThrow(
      expect.objectContaining({ code: 'shape', data: expect.objectContaining({ path: 'scale' }) }),
    );
    expect(() => optimizer.update(params, grads, { ...state, learningRate: null })).toThrow(
      expect.objectContaining({ code: 'argument', data: { tree: 'state', path: 'learningRate' } }),
    );
  });

  test('update() rejects a learning rate that is not a float scalar', () => {
    expect(() => optimizer.update(params, grads, { ...state, learningRate: tensor([0.1]) })).toThrow(
      expect.objectContaining({ code: 'shape', data: { dtype: 'float32', shape: [1] } }),
    );
    const scheduled = adam({ learningRate: (step) => step });
    expect(() => scheduled.update(params, grads, scheduled.init(params))).toThrow(
      expect.objectContaining({ code: 'dtype', data: { dtype: 'int32', shape: [] } }),
    );
  });
});
