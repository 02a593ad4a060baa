import { beforeAll, describe, expect, test } from '@jest/globals';
import { createCpuBackend } from '@manabi/backend-cpu';
import { assertArraysClose } from '@manabi/testing';
import {
  add,
  argmax,
  astype,
  concatenate,
  cond,
  div,
  exp,
  grad,
  greater,
  hessian,
  index,
  jit,
  less,
  matmul,
  mean,
  mul,
  random,
  realize,
  registerBackend,
  reshape,
  scalar,
  scan,
  setBackend,
  sigmoid,
  sin,
  split,
  square,
  stack,
  stopGradient,
  sub,
  sum,
  type Tensor,
  take,
  tanh,
  tensor,
  tree,
  valueAndGrad,
  whileLoop,
  zeros,
} from '../index.ts';
import { rejection, thrown, unchecked } from '../test-backend/errors.fixture.ts';
import { referenceBackend } from '../test-backend/reference-backend.fixture.ts';

const reference = referenceBackend();

beforeAll(() => {
  registerBackend('reference', () => reference);
  registerBackend('cpu', () => createCpuBackend());
});

interface Cell {
  readonly kernel: Tensor;
  readonly recurrent: Tensor;
  readonly bias: Tensor;
}

interface State {
  readonly h: Tensor;
  readonly c: Tensor;
}

function cell({ kernel, recurrent, bias }: Cell, { h, c }: State, x: Tensor): State {
  const before = add(add(matmul(x, kernel), matmul(h, recurrent)), bias);
  const [input, forget, candidate, output] = split(before, 4, -1);
  const next = add(mul(sigmoid(forget), c), mul(sigmoid(input), tanh(candidate)));
  return { c: next, h: mul(sigmoid(output), tanh(next)) };
}

/** Runs an LSTM over inputs of shape [steps, batch, inputs] with scan(). */
function scanned(params: Cell, initial: State, xs: Tensor): { readonly state: State; readonly ys: Tensor } {
  const [state, ys] = scan(
    (carry: State, x: Tensor) => {
      const next = cell(params, carry, x);
      return [next, next.h];
    },
    initial,
    xs,
  );
  return { state, ys };
}

/** Runs the same LSTM with a JavaScript loop. */
function unrolled(params: Cell, initial: State, xs: Tensor): { readonly state: State; readonly ys: Tensor } {
  let state = initial;
  const ys: Tensor[] = [];
  for (let step = 0; step < xs.shape[0]; step++) {
    state = cell(params, state, index(xs, step));
    ys.push(state.h);
  }
  return { state: { h: state.h, c: state.c }, ys: stack(ys) };
}

async function expectClose(actual: unknown, expected: unknown): Promise<void> {
  const [actualLeaves, expectedLeaves] = [tree.leaves(actual), tree.leaves(expected)];
  expect(actualLeaves.map(({ shape }) => shape)).toEqual(expectedLeaves.map(({ shape }) => shape));
  for (const [i, leaf] of actualLeaves.entries()) {
    assertArraysClose(await leaf.data(), await expectedLeaves[i].data(), { rtol: 1e-4, atol: 1e-6 }, `leaf ${i}`);
  }
}

describe.each(['reference', 'cpu'])('control flow on %s', (backend) => {
  beforeAll(() => setBackend(backend));

  describe('scan', () => {
    test('returns the last carry, and the results of all iterations stacked along axis 0', async () => {
      const sums = (sum: Tensor, x: Tensor): [Tensor, Tensor] => [add(sum, x), mul(sum, x)];
      const [total, ys] = scan(sums, scalar(0), tensor([1, 2, 3]));
      expect(await total.item()).toBe(6);
      expect(await ys.array()).toEqual([0, 2, 9]);
      const [, reversed] = scan(sums, scalar(0), tensor([1, 2, 3]), { reverse: true });
      expect(await reversed.array()).toEqual([5, 6, 0]);
    });

    test('accepts trees, and functions that capture tensors and numbers from outside', async () => {
      const factor = tensor([10, 100]);
      const [state, ys] = scan(
        ({ sum, count }, { x, y }) => [
          { count: add(count, 1), sum: add(sum, mul(x, factor)) },
          { product: mul(x, y), first: [sum] },
        ],
        { sum: zeros([2]), count: scalar(0, { dtype: 'int32' }) },
        {
          x: tensor([
            [1, 2],
            [3, 4],
          ]),
          y: tensor([5, 6]),
        },
      );
      expect(await state.sum.array()).toEqual([40, 600]);
      expect([await state.count.item(), state.count.dtype]).toEqual([2, 'int32']);
      expect(await ys.product.array()).toEqual([
        [5, 10],
        [18, 24],
      ]);
      expect(await ys.first[0].array()).toEqual([
        [0, 0],
        [10, 200],
      ]);
    });

    test('supports null in place of xs, y or the carry', async () => {
      const [last, noYs] = scan((x: Tensor) => [mul(x, 2), null], scalar(1), null, { length: 10 });
      expect(await last.item()).toBe(1024);
      expect(noYs).toBeNull();
      const [, mapped] = scan((_: null, x: Tensor) => [null, exp(x)], null, tensor([0, 1]));
      expect((await mapped.data())[0]).toBe(1);
      const [kept, empty] = scan((x: Tensor, y: Tensor) => [add(x, y), y], scalar(3), zeros([0]));
      expect([await kept.item(), empty.shape]).toEqual([3, [0]]);
    });

    test('computes an LSTM and its derivatives like a JavaScript loop, in eager code and in jit', async () => {
      const [k1, k2, k3] = random.split(random.key(1), 3);
      const params: Cell = {
        kernel: random.normal(k1, [3, 16]),
        recurrent: random.normal(k2, [4, 16]),
        bias: zeros([16]),
      };
      const xs = random.normal(k3, [5, 2, 3]);
      const initial: State = { h: zeros([2, 4]), c: zeros([2, 4]) };
      await expectClose(scanned(params, initial, xs), unrolled(params, initial, xs));

      const lossBy = (run: typeof scanned) => (p: Cell, s: State, x: Tensor) => {
        const { state, ys } = run(p, s, x);
        return add(mean(square(ys)), sum(state.c));
      };
      const of = { argnums: [0, 1, 2] } as const;
      const expected = valueAndGrad(lossBy(unrolled), of)(params, initial, xs);
      await expectClose(valueAndGrad(lossBy(scanned), of)(params, initial, xs), expected);
      const step = jit((p: Cell, s: State, x: Tensor) => valueAndGrad(lossBy(scanned), of)(p, s, x));
      await expectClose(await step(params, initial, xs), expected);

      // The gradient of the squared norm of the gradient depends on second derivatives.
      const normBy = (run: typeof scanned) => (p: Cell) =>
        tree.leaves(grad(lossBy(run))(p, initial, xs)).reduce((total, g) => add(total, sum(square(g))), scalar(0));
      await expectClose(grad(normBy(scanned))(params), grad(normBy(unrolled))(params));
    });

    test('can be nested in another scan, and has first and second derivatives there', async () => {
      const f = (w: Tensor): Tensor => {
        const squared = square(w);
        const [total] = scan(
          (outer: Tensor, x: Tensor) => {
            const [inner] = scan((y: Tensor) => [mul(sin(y), squared), null], x, null, { length: 2 });
            return [add(outer, mul(inner, w)), null];
          },
          scalar(0),
          tensor([0.5, 1, 1.5]),
        );
        return total;
      };
      const byHand = (w: number): number =>
        [0.5, 1, 1.5].reduce((total, x) => total + Math.sin(Math.sin(x) * w * w) * w * w * w, 0);
      const slope = (byHand(1.2001) - byHand(1.1999)) / 2e-4;
      expect(await f(scalar(1.2)).item()).toBeCloseTo(byHand(1.2), 5);
      expect(await grad(f)(scalar(1.2)).item()).toBeCloseTo(slope, 2);
      const curve = (byHand(1.21) - 2 * byHand(1.2) + byHand(1.19)) / 1e-4;
      expect(await hessian(f)(scalar(1.2)).item()).toBeCloseTo(curve, 1);
    });

    test('supports random keys in the carry', async () => {
      const [, draws] = scan(
        (key: Tensor) => {
          const [next, own] = random.split(key);
          return [next, random.uniform(own, [3])];
        },
        random.key(7),
        null,
        { length: 4 },
      );
      const [, first] = random.split(random.key(7));
      expect(await index(draws, 0).array()).toEqual(await random.uniform(first, [3]).array());
    });
  });

  describe('cond', () => {
    test('runs one of two functions, in eager code and in jit', async () => {
      const clipped = (x: Tensor): Tensor => {
        const norm = sum(square(x));
        return cond(
          greater(norm, 1),
          (y) => div(y, norm),
          (y) => y,
          x,
        );
      };
      expect(await clipped(tensor([3, 1])).array()).toEqual([expect.closeTo(0.3, 6), expect.closeTo(0.1, 6)]);
      expect(await clipped(tensor([0.5, 0])).array()).toEqual([0.5, 0]);
      const fast = jit(clipped);
      expect(await (await fast(tensor([0, 2]))).array()).toEqual([0, 0.5]);
      expect(await (await fast(tensor([0, 0.5]))).array()).toEqual([0, 0.5]);
    });

    test('is differentiated like the function that ran', async () => {
      const f = (x: Tensor, flag: Tensor): Tensor => {
        const { a } = cond(
          flag,
          (y) => ({ a: mul(y, mul(y, y)), b: y }),
          (y) => ({ b: y, a: sin(y) }),
          x,
        );
        return a;
      };
      const [yes, no] = [scalar(true), scalar(false)];
      expect(await grad(f)(scalar(2), yes).item()).toBe(12);
      expect(await grad(f)(scalar(2), no).item()).toBeCloseTo(Math.cos(2), 6);
      expect(await grad(grad(f))(scalar(2), yes).item()).toBe(12);
      expect(await grad(grad(f))(scalar(2), no).item()).toBeCloseTo(-Math.sin(2), 6);
    });
  });

  describe('whileLoop', () => {
    const below = ({ x }: { readonly x: Tensor }): Tensor => less(x, 100);
    const twice = ({ x, n }: { readonly x: Tensor; readonly n: Tensor }) => ({ n: add(n, 1), x: mul(x, 2) });

    test('repeats the body while the test is true', async () => {
      const { x, n } = whileLoop(below, twice, { x: scalar(3), n: scalar(0, { dtype: 'int32' }) });
      expect([await x.item(), await n.item()]).toEqual([192, 6]);
      const unchanged = whileLoop(below, twice, { x: scalar(300), n: scalar(0, { dtype: 'int32' }) });
      expect([await unchanged.x.item(), await unchanged.n.item()]).toEqual([300, 0]);
    });

    test('can be differentiated if maxTrips is passed', async () => {
      const last = (x: Tensor): Tensor =>
        whileLoop(
          (y) => less(y, 100),
          (y) => mul(y, x),
          x,
          { maxTrips: 20 },
        );
      // The first power of 3 above 100 is 3⁵ = 243.
      expect(await last(scalar(3)).item()).toBe(243);
      expect(await grad(last)(scalar(3)).item()).toBe(5 * 81);
      expect(await grad(grad(last))(scalar(3)).item()).toBe(20 * 27);
      const short = (x: Tensor): Tensor =>
        whileLoop(
          (y) => less(y, 100),
          (y) => mul(y, x),
          x,
          { maxTrips: 2 },
        );
      expect(await grad(short)(scalar(3)).item()).toBe(27);
    });
  });

  test('throws the error for an index out of range that occurs inside a scan', async () => {
    const [, picked] = scan(
      (_: null, i: Tensor) => [null, take(tensor([1, 2, 3]), i)],
      null,
      tensor([0, 5], { dtype: 'int32' }),
    );
    expect(await rejection(picked.data())).toMatchObject({ code: 'index', data: { index: 5, extent: 3 } });
  });
});

describe('errors of control flow', () => {
  test('state the path and both types if a tensor in the carry changes its type', () => {
    const start = { state: { h: zeros([2]) }, n: scalar(0, { dtype: 'int32' }) };
    type Start = typeof start;
    const longer = thrown(() =>
      scan(({ state, n }: Start) => [{ state: { h: concatenate([state.h, state.h]) }, n }, null], start, null, {
        length: 3,
      }),
    );
    expect(longer).toMatchObject({ code: 'shape', op: 'scan', data: { path: 'carry.state.h' } });
    expect(longer.message).toContain('float32[2]');
    expect(longer.message).toContain('float32[4]');
    const cast = thrown(() =>
      scan(({ state, n }: Start) => [{ state, n: astype(n, 'float32') }, null], start, null, { length: 3 }),
    );
    expect(cast).toMatchObject({ code: 'dtype', data: { path: 'carry.n' } });
    expect(cast.message).toContain('int32[]');
    expect(cast.message).toContain('float32[]');
  });

  test('state the path at which the structure of the carry changes', () => {
    const start = { h: zeros([2]), c: zeros([2]) };
    type Start = typeof start;
    const lost = thrown(() => scan(({ h }: Start) => [unchecked<Start>({ h }), null], start, null, { length: 3 }));
    expect(lost).toMatchObject({ code: 'argument', op: 'scan', data: { path: 'carry.c' } });
    const counted = thrown(() =>
      scan((carry: { n: number }) => [{ n: carry.n + 1 }, null], { n: 0 }, null, { length: 3 }),
    );
    expect(counted).toMatchObject({ code: 'argument', data: { path: 'carry.n' } });
  });

  test('report an invalid xs or length of scan, and an invalid result of its function', () => {
    const step = (x: Tensor, y: unknown): [Tensor, unknown] => [x, y];
    expect(thrown(() => scan(step, scalar(0), null))).toMatchObject({ code: 'argument', op: 'scan' });
    expect(thrown(() => scan(step, scalar(0), [zeros([2]), zeros([3])]))).toMatchObject({
      code: 'shape',
      data: { length: 2, shape: [3] },
    });
    expect(thrown(() => scan(step, scalar(0), zeros([2]), { length: 3 }))).toMatchObject({ code: 'shape' });
    expect(thrown(() => scan(step, scalar(0), scalar(1)))).toMatchObject({ code: 'shape' });
    expect(thrown(() => scan(step, scalar(0), null, { length: 1.5 }))).toMatchObject({ code: 'argument' });
    expect(thrown(() => scan((x: Tensor) => unchecked<[Tensor, null]>(x), scalar(0), zeros([2])))).toMatchObject({
      code: 'argument',
    });
    const later = async (x: Tensor): Promise<[Tensor, null]> => [x, null];
    expect(thrown(() => scan(unchecked<(x: Tensor) => [Tensor, null]>(later), scalar(0), zeros([2])))).toMatchObject({
      code: 'tracing',
      data: { transform: 'scan', function: 'later' },
    });
  });

  test('report functions of cond whose results differ in type, and conditions that are not scalars', () => {
    const x = zeros([2]);
    expect(
      thrown(() =>
        cond(
          true,
          (y) => y,
          (y) => reshape(y, [2, 1]),
          x,
        ),
      ),
    ).toMatchObject({
      code: 'shape',
      op: 'cond',
      data: { path: 'the result' },
    });
    expect(
      thrown(() =>
        cond(
          true,
          (y) => y,
          (y) => argmax(y),
          x,
        ),
      ),
    ).toMatchObject({ code: 'dtype', op: 'cond' });
    expect(
      thrown(() =>
        cond(
          true,
          (y): unknown => ({ y }),
          (y): unknown => [y],
          x,
        ),
      ),
    ).toMatchObject({
      code: 'argument',
    });
    expect(
      thrown(() =>
        cond(
          tensor([true, false]),
          (y) => y,
          (y) => y,
          x,
        ),
      ),
    ).toMatchObject({ code: 'shape' });
  });

  test('report invalid tests and bodies of whileLoop, and derivatives without maxTrips', () => {
    const same = (x: Tensor): Tensor => x;
    expect(
      thrown(() =>
        whileLoop(
          unchecked<() => Tensor>(() => true),
          same,
          scalar(0),
        ),
      ),
    ).toMatchObject({
      code: 'argument',
      op: 'whileLoop',
    });
    expect(thrown(() => whileLoop(same, same, scalar(0)))).toMatchObject({ code: 'dtype' });
    expect(thrown(() => whileLoop((x) => less(x, 1), same, zeros([2])))).toMatchObject({ code: 'shape' });
    expect(thrown(() => whileLoop((x) => less(x, 1), same, scalar(0), { maxTrips: -1 }))).toMatchObject({
      code: 'argument',
    });
    expect(
      thrown(() =>
        whileLoop(
          (x) => less(x, 1),
          (x) => stack([x, x]),
          scalar(0),
        ),
      ),
    ).toMatchObject({
      code: 'shape',
      data: { path: 'carry' },
    });
    const free = (x: Tensor): Tensor =>
      whileLoop(
        (y) => less(y, 100),
        (y) => mul(y, 2),
        x,
      );
    const error = thrown(() => grad(free)(scalar(3)));
    expect(error).toMatchObject({ code: 'notDifferentiable', op: 'while' });
    expect(error.message).toContain('maxTrips');
    expect(() => grad((x: Tensor) => mul(x, stopGradient(free(x))))(scalar(3))).not.toThrow();
  });

  test('report reads of elements inside the function of a scan', () => {
    const peek = (x: Tensor): [Tensor, null] => {
      void x.data();
      return [x, null];
    };
    expect(thrown(() => scan(peek, scalar(0), null, { length: 2 }))).toMatchObject({
      code: 'tracing',
      data: { transform: 'scan' },
    });
  });
});

test('a pending scan counts as one pending operator', async () => {
  setBackend('reference');
  const [last] = scan((x: Tensor) => [sub(x, 1), null], scalar(200_000), null, { length: 3 });
  await realize(last);
  expect(await last.item()).toBe(199_997);
});
