import '@manabi/backend-cpu/register';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomSource } from '@manabi/testing';
import {
  add,
  concatenate,
  dispatch,
  exp,
  grad,
  jit,
  matmul,
  maximum,
  mean,
  memory,
  mul,
  negative,
  realize,
  registerBackend,
  scalar,
  setBackend,
  sin,
  sub,
  sum,
  type Tensor,
  take,
  tanh,
  tensor,
  valueAndGrad,
  vjp,
  zeros,
} from '../index.ts';
import { rejection, thrown } from '../test-backend/errors.fixture.ts';
import { referenceBackend } from '../test-backend/reference-backend.fixture.ts';

const reference = referenceBackend();
const asynchronous = referenceBackend('asynchronous', true);
const { counts } = reference;

beforeAll(() => {
  registerBackend('reference', () => reference);
  registerBackend('asynchronous', async () => asynchronous);
});
afterAll(() => setBackend('cpu'));

describe.each(['reference', 'cpu'])('a program without awaits on %s', (backend) => {
  beforeEach(() => setBackend(backend));

  test('runs pending operators automatically, and keeps no memory on the backend', async () => {
    const before = memory().buffers;
    let x: Tensor = tensor([0, 1]);
    for (let i = 0; i < 10_000; i++) x = add(mul(x, 0.5), 1);
    expect(memory().buffers).toBe(before);
    expect(x.state).toBe('pending');
    expect(await x.array()).toEqual([2, 2]);
  });

  test('can use any earlier tensor again after operators have run automatically', async () => {
    const random = randomSource(3);
    const values: { readonly lazy: Tensor; readonly plain: number }[] = [{ lazy: scalar(0.5), plain: 0.5 }];
    for (let i = 0; i < 12_000; i++) {
      const at = (back: number) => values[Math.max(0, values.length - 1 - back)];
      const last = at(0);
      const other = at(random.integer(0, random.next() < 0.01 ? values.length : 40));
      const kind = random.integer(0, 4);
      values.push(
        [
          () => ({ lazy: sin(last.lazy), plain: Math.sin(last.plain) }),
          () => ({ lazy: sub(last.lazy, mul(other.lazy, 0.5)), plain: last.plain - other.plain * 0.5 }),
          () => ({ lazy: mul(last.lazy, 0.75), plain: last.plain * 0.75 }),
          () => ({ lazy: maximum(last.lazy, other.lazy), plain: Math.max(last.plain, other.plain) }),
        ][kind](),
      );
    }
    for (let i = 0; i < 200; i++) {
      const { lazy, plain } = values[random.integer(0, values.length)];
      expect(await lazy.item()).toBeCloseTo(plain, 3);
    }
    const all = await realize(values.map(({ lazy }) => lazy));
    expect(await all[11_000].item()).toBeCloseTo(values[11_000].plain, 3);
  }, 120_000);

  test('throws the error of an automatic run only when a tensor that depends on it is awaited', async () => {
    const table = tensor([10, 20, 30]);
    let good: Tensor = tensor([1]);
    let bad: Tensor = tensor([1]);
    const tooLarge = tensor([7], { dtype: 'int32' });
    for (let i = 0; i < 5000; i++) {
      good = negative(good);
      bad = i === 2500 ? add(negative(bad), take(table, tooLarge, 0)) : negative(bad);
    }
    const both = add(good, bad);
    expect(await good.array()).toEqual([1]);
    expect(await rejection(bad.array())).toMatchObject({ code: 'index', op: 'gather', data: { index: 7, extent: 3 } });
    expect(await rejection(both.array())).toMatchObject({ code: 'index', op: 'gather' });
    const plusOne = jit((x: Tensor) => add(x, 1));
    expect(await rejection(plusOne(bad))).toMatchObject({ code: 'index' });
    expect(await (await plusOne(good)).array()).toEqual([2]);
  });

  test('differentiates through operators that have already run', async () => {
    let x: Tensor = tensor([0.1, 0.2]);
    for (let i = 0; i < 3000; i++) x = tanh(x);
    const [value, pull] = vjp((y: Tensor) => mul(y, y), x);
    let w: Tensor = x;
    for (let i = 0; i < 5000; i++) w = add(w, 0.001);
    const [slope] = pull(tensor([1, 1]));
    const slopes = grad((y: Tensor) => sum(mul(mul(y, y), w)))(x);
    const [x0, x1] = await x.data();
    const [w0, w1] = await w.data();
    expect(await value.array()).toEqual([Math.fround(x0 * x0), Math.fround(x1 * x1)]);
    expect(await slope.array()).toEqual([2 * x0, 2 * x1]);
    const found = await slopes.data();
    expect(found[0]).toBeCloseTo(2 * x0 * w0);
    expect(found[1]).toBeCloseTo(2 * x1 * w1);
  });

  test('trains a network with the same losses as a program with awaits', async () => {
    const x = tensor([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    const y = tensor([[0], [1], [1], [0]]);
    const lossOf = (w: { a: Tensor; b: Tensor }) => {
      const p = matmul(tanh(matmul(concatenate([x, add(mul(x, 0), 1)], 1), w.a)), w.b);
      return mean(mul(sub(p, y), sub(p, y)));
    };
    const first = () => ({
      a: tensor([
        [0.1, -0.3, 0.5],
        [0.4, 0.2, -0.6],
        [0.3, -0.1, 0.2],
        [-0.2, 0.4, 0.1],
      ]),
      b: tensor([[0.5], [-0.4], [0.3]]),
    });
    const train = async (awaits: boolean) => {
      let w = first();
      let loss: Tensor = scalar(0);
      const losses: Tensor[] = [];
      for (let i = 0; i < 300; i++) {
        const [value, slope] = valueAndGrad(lossOf)(w);
        w = { a: sub(w.a, mul(slope.a, 0.3)), b: sub(w.b, mul(slope.b, 0.3)) };
        loss = value;
        if (i % 50 === 0) losses.push(loss);
        if (awaits) await realize(w);
      }
      return Promise.all([...losses, loss].map((each) => each.item()));
    };
    const [awaited, free] = [await train(true), await train(false)];
    expect(free).toHaveLength(awaited.length);
    free.forEach((loss, i) => {
      expect(loss).toBeCloseTo(awaited[i], 4);
    });
  }, 120_000);
});

describe('long chains of pending operators', () => {
  test('from a loop with a body of any length are compiled only a few times', async () => {
    await setBackend('reference');
    for (const length of [1, 7, 26, 113]) {
      const body = (x: Tensor): Tensor => {
        let y = x;
        for (let k = 0; k < length; k++) y = [() => sin(y), () => mul(y, 0.9), () => add(y, x)][k % 3]();
        return y;
      };
      let x: Tensor = tensor([1, 2]);
      const run = (operators: number): void => {
        for (let made = 0; made < operators; made += length) x = body(x);
      };
      run(10_000);
      const { compiled } = counts;
      run(30_000);
      expect(counts.compiled).toBe(compiled);
      await x.data();
    }
  });

  test('do not run automatically while a function is traced', async () => {
    await setBackend('reference');
    const { runs } = counts;
    const long = (x: Tensor): Tensor => {
      let y = x;
      for (let i = 0; i < 6000; i++) y = sin(y);
      return sum(y);
    };
    let outside: Tensor = tensor([1, 2]);
    const slope = grad((x: Tensor) => {
      for (let i = 0; i < 6000; i++) outside = sin(outside);
      expect(counts.runs).toBe(runs);
      return long(add(x, outside));
    })(tensor([0.5, 0.25]));
    expect(await slope.array()).toHaveLength(2);
  });

  test('of more than 100,000 operators are rejected in a traced function', () => {
    const endless = (x: Tensor): Tensor => {
      let y = x;
      for (let i = 0; i < 100_002; i++) y = add(y, x);
      return sum(y);
    };
    expect(thrown(() => grad(endless)(tensor([1])))).toMatchObject({
      code: 'memory',
      op: 'grad',
      data: { most: 100_000 },
    });
  });

  test('of 90,000 operators can be differentiated', async () => {
    await setBackend('cpu');
    const long = (x: Tensor): Tensor => {
      let y = x;
      for (let i = 0; i < 89_999; i++) y = add(y, x);
      return sum(y);
    };
    expect(await grad(long)(tensor([1, 2])).array()).toEqual([90_000, 90_000]);
  });

  test('of more than 100,000 operators are rejected on an asynchronous backend', async () => {
    await setBackend('asynchronous');
    let x: Tensor = scalar(0);
    const error = thrown(() => {
      for (let i = 0; i < 100_001; i++) x = add(x, x);
    });
    expect(error).toMatchObject({ code: 'memory', data: { most: 100_000 } });
  });

  test('that depend on a running call run after it', async () => {
    await setBackend('reference');
    const start = await realize(exp(tensor([1])));
    await setBackend('asynchronous');
    const shared = exp(zeros([1]));
    const busy = realize(mul(shared, 2));
    await setBackend('reference');
    // The call waits for the run on the other backend, because that run may store the shared value there.
    const { result, done } = dispatch(
      jit((x: Tensor, one: Tensor) => add(x, one)),
      [start, shared],
    );
    expect(result.state).toBe('pending');
    let x: Tensor = result;
    for (let i = 0; i < 9000; i++) x = sin(x);
    await Promise.all([busy, done]);
    for (let i = 0; i < 9000; i++) x = mul(x, 1);
    let expected = Math.E + 1;
    for (let i = 0; i < 9000; i++) expected = Math.sin(expected);
    expect((await x.data())[0]).toBeCloseTo(expected, 4);
  });
});

describe('a synchronous backend that must first load code', () => {
  const loading = referenceBackend('loading');
  beforeAll(() => registerBackend('loading', () => loading));
  beforeEach(async () => {
    await setBackend('loading');
    loading.load = async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      loading.load = null;
    };
  });

  const halved = (start: Tensor, steps: number): Tensor => {
    let x = start;
    for (let i = 0; i < steps; i++) x = add(mul(x, 0.5), 1);
    return x;
  };

  test('runs a chain of more operators than one run has, once the code is loaded', async () => {
    expect(await halved(tensor([0, 1]), 1500).array()).toEqual([2, 2]);
    expect(loading.load).toBeNull();
  });

  test('leaves a chain pending while the code is not loaded, and runs the next one automatically', async () => {
    const x = halved(tensor([0, 1]), 5000);
    const { runs } = loading.counts;
    expect(await x.array()).toEqual([2, 2]);
    expect(loading.counts.runs).toBeGreaterThan(runs);
    const before = loading.counts.runs;
    const next = halved(tensor([3, 1]), 10_000);
    expect(loading.counts.runs).toBeGreaterThan(before);
    expect(await next.array()).toEqual([2, 2]);
  });

  test('reports that the code cannot be loaded to the call that needs it, and tries again', async () => {
    loading.load = () => Promise.reject(new Error('offline'));
    const x = halved(tensor([0, 1, 2]), 5000);
    await expect(x.array()).rejects.toThrow('offline');
    loading.load = null;
    expect(await x.array()).toEqual([2, 2, 2]);
  });
});
