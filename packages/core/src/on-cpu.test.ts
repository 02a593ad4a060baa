import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import {
  add,
  clone,
  exp,
  full,
  jit,
  matmul,
  mean,
  memory,
  mul,
  ones,
  random,
  realize,
  relu,
  sigmoidCrossEntropy,
  sub,
  sum,
  type Tensor,
  take,
  tensor,
  tree,
  valueAndGrad,
  zeros,
} from './index.ts';
import { rejection } from './test-backend/errors.fixture.ts';

/**
 * Repeats important tests of jitted functions on a backend that reuses memory, which the reference backend does not.
 */
describe('jitted functions on the CPU backend', () => {
  test('train a network on XOR with constant memory', async () => {
    const x = tensor([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    const y = tensor([[0], [1], [1], [0]]);
    const [k1, k2] = random.split(random.key(3));
    let params = {
      hidden: { kernel: random.normal(k1, [2, 8]), bias: zeros([8]) },
      output: { kernel: random.normal(k2, [8, 1]), bias: zeros([1]) },
    };
    type Params = typeof params;
    const predict = ({ hidden, output }: Params): Tensor =>
      add(matmul(relu(add(matmul(x, hidden.kernel), hidden.bias)), output.kernel), output.bias);
    const loss = (p: Params): Tensor => mean(sigmoidCrossEntropy(predict(p), y));
    const step = jit(
      (p: Params, rate: Tensor | number): [Params, Tensor] => {
        const [value, grads] = valueAndGrad(loss)(p);
        return [tree.map((w, g) => sub(w, mul(g, rate)), p, grads), value];
      },
      { donate: [0] },
    );
    let value = zeros([]);
    [params, value] = await step(params, 0.5);
    value.dispose();
    const { bytes } = memory();
    for (let i = 0; i < 400; i++) {
      [params, value] = await step(params, 0.5);
      if (i < 399) value.dispose();
    }
    expect(memory().bytes).toBeLessThanOrEqual(bytes + 4);
    expect(await value.item()).toBeLessThan(0.05);
    const answers = (await predict(params).data()).map((logit) => Number(logit > 0));
    expect([...answers]).toEqual([0, 1, 1, 0]);
  });

  test('return exactly the results of eager code', async () => {
    const f = (x: Tensor): Tensor => sum(exp(mul(x, x)), 1);
    const x = random.normal(random.key(1), [5, 7]);
    expect(await (await jit(f)(x)).data()).toEqual(await f(x).data());
  });

  test('return donated arguments without copying them, and keep clones of them valid', async () => {
    const f = jit((frozen: Tensor, w: Tensor) => [frozen, add(w, frozen)], { donate: [0, 1] });
    const w = await realize(ones([3]));
    let state = await f(clone(w), w);
    for (let i = 0; i < 3; i++) state = await f(state[0], state[1]);
    expect(await state[0].array()).toEqual([1, 1, 1]);
    expect(await state[1].array()).toEqual([5, 5, 5]);
    expect(w.state).toBe('donated');
  });

  test('return separate tensors if two results are equal or if results are arguments', async () => {
    const f = jit((x: Tensor) => ({ same: x, sum: add(x, 0), twice: x, constant: zeros([2]) }));
    const x = await realize(full([2], 3));
    const result = await f(x);
    x.dispose();
    expect(await Promise.all(tree.leaves(result).map((leaf) => leaf.array()))).toEqual([
      [3, 3],
      [3, 3],
      [3, 3],
      [0, 0],
    ]);
  });

  test('throw an error for an index out of range when they are awaited', async () => {
    const indices = add(tensor([1, 7], { dtype: 'int32' }), 0);
    expect(await rejection(take(ones([3]), indices, 0).data())).toMatchObject({ code: 'index' });
  });

  test('throw errors whose stack contains the calling function', async () => {
    const beyond = () => take(ones([3]), tensor([7], { dtype: 'int32' }), 0);
    async function readsElements(): Promise<void> {
      await beyond().array();
    }
    async function realizesATree(): Promise<void> {
      await realize({ y: beyond() });
    }
    const step = jit((x: Tensor, indices: Tensor) => take(x, indices, 0));
    async function callsAStep(): Promise<void> {
      await step(ones([3]), Int32Array.of(7));
    }
    for (const caller of [readsElements, realizesATree, callsAStep]) {
      expect((await rejection(caller())).stack).toContain(caller.name);
    }
  });

  test('keep donated tensors valid if a call runs out of memory', async () => {
    const grow = jit((x: Tensor) => [add(x, 1), full([2 ** 15, 2 ** 15], x)], { donate: [0], name: 'grow' });
    const x = await realize(tensor(1));
    const failed = await rejection(grow(x));
    expect(failed).toMatchObject({ code: 'memory', op: 'grow', data: { kept: true } });
    expect(await x.item()).toBe(1);
  });

  test('return separate buffers for equal results and for donated tensors that are returned', async () => {
    const twice = jit((x: Tensor, w: Tensor) => ({ a: add(x, 1), b: add(x, 1), w, again: w, next: mul(w, 2) }), {
      donate: [1],
    });
    const { a, b, w, again, next } = await twice(ones([3]), await realize(full([3], 7)));
    a.dispose();
    w.dispose();
    expect(await b.array()).toEqual([2, 2, 2]);
    expect(await again.array()).toEqual([7, 7, 7]);
    expect(await next.array()).toEqual([14, 14, 14]);
    const add3 = jit((x: Tensor, y: Tensor, z: Tensor) => add(add(x, y), z), { donate: [0, 1, 2] });
    const all = await twice(ones([3]), await realize(full([3], 7)));
    expect(await (await add3(all.a, all.b, all.again)).array()).toEqual([11, 11, 11]);
    expect(await all.w.array()).toEqual([7, 7, 7]);
  });
});
