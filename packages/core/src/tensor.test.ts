import { inspect } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  add,
  arange,
  clone,
  exp,
  getBackend,
  jit,
  matmul,
  mean,
  memory,
  mul,
  negative,
  realize,
  registerBackend,
  relu,
  scalar,
  setBackend,
  sin,
  sub,
  sum,
  type Tensor,
  tensor,
  topK,
  zeros,
} from './index.ts';
import { rejection, thrown } from './test-backend/errors.fixture.ts';
import { referenceBackend } from './test-backend/reference-backend.fixture.ts';

const backend = referenceBackend();
const { counts } = backend;
const runsOf = (op: string): number => counts.computed.get(op) ?? 0;

beforeAll(() => registerBackend('reference', () => backend));

describe('Tensor', () => {
  test('has shape and dtype before it is computed', () => {
    const y = matmul(tensor([[1, 2]]), tensor([[3], [4]]));
    expect([y.shape, y.dtype, y.rank, y.size, y.state]).toEqual([[1, 1], 'float32', 2, 1, 'pending']);
  });

  test('returns its elements from data, array and item', async () => {
    const y = add(tensor([[1, 2], [3, 4]]), 1); // biome-ignore format: a matrix
    expect(await y.array()).toEqual([[2, 3], [4, 5]]); // biome-ignore format: a matrix
    expect(await y.data()).toEqual(Float32Array.of(2, 3, 4, 5));
    expect(await sum(y).item()).toBe(14);
    expect(await tensor([true, false]).array()).toEqual([true, false]);
    expect(await tensor(true).item()).toBe(1);
    expect(await zeros([0, 2]).array()).toEqual([]);
  });

  test('returns copies of its elements', async () => {
    const x = tensor([1, 2]);
    (await x.data())[0] = 9;
    await realize(add(x, 0));
    (await x.data())[0] = 9;
    expect(await x.array()).toEqual([1, 2]);
  });

  test('copies the array from which it is created', async () => {
    const source = Float32Array.of(1, 2);
    const x = tensor(source);
    source[0] = 9;
    expect(await x.array()).toEqual([1, 2]);
  });

  test('prints dtype, shape and state', async () => {
    const y = exp(tensor([[1, 2, 3]]));
    expect(`${y}`).toBe('Tensor float32[1, 3] (pending)');
    await y.data();
    expect(inspect(y)).toBe('Tensor float32[1, 3] (reference)\n[[ 2.7182817,  7.389056 , 20.085537 ]]');
    expect(String(tensor([1]))).toBe('Tensor float32[1] (host)');
  });

  test('rejects item() for more than one element', () => {
    expect(thrown(() => tensor([1, 2]).item())).toMatchObject({ code: 'shape', op: 'item', data: { shape: [2] } });
  });
});

describe('reading a tensor', () => {
  test('stores the elements, so that a second read does not compute them again', async () => {
    const y = exp(tensor([1, 2]));
    await y.data();
    expect(y.state).toBe('stored');
    const before = runsOf('exp');
    await y.data();
    await add(y, 1).data();
    expect(runsOf('exp')).toBe(before);
  });

  test('runs no operators if the elements are in host memory', async () => {
    const { runs } = counts;
    expect(await tensor([1, 2]).array()).toEqual([1, 2]);
    expect(counts.runs).toBe(runs);
  });

  test('stores an intermediate result when it is computed for the second time', async () => {
    const x = tensor([0.1, 0.2]);
    const a = exp(x);
    const b = sin(a);
    const [exps, sins] = [runsOf('exp'), runsOf('sin')];
    await sum(b).data();
    expect([a.state, b.state]).toEqual(['pending', 'pending']);
    await mean(b).data();
    expect(b.state).toBe('stored');
    for (let i = 0; i < 3; i++) await Promise.all([sum(b).data(), relu(b).data(), sum(a).data(), a.data()]);
    expect(runsOf('exp') - exps).toBeLessThanOrEqual(2);
    expect(runsOf('sin') - sins).toBe(2);
  });

  test('runs an operator only once if several tensors depend on it', async () => {
    const a = exp(tensor([1, 2]));
    const before = runsOf('exp');
    const { runs } = counts;
    const [x, y] = await realize([sum(a), mean(a)]);
    expect(counts.runs - runs).toBe(1);
    await Promise.all([x.data(), y.data()]);
    expect(runsOf('exp') - before).toBe(1);
    expect(counts.runs - runs).toBe(1);
  });

  test('waits for an earlier read and uses the elements that it stored', async () => {
    const a = exp(tensor([3, 4]));
    const before = runsOf('exp');
    await Promise.all([a.data(), a.data(), add(a, 1).data()]);
    expect(runsOf('exp') - before).toBe(1);
  });

  test('computes chains of 20,000 operators', async () => {
    let x: Tensor = scalar(0);
    for (let i = 0; i < 20_000; i++) x = add(x, 1);
    expect(await x.item()).toBe(20_000);
  });

  test('stores each result of an operator with several results', async () => {
    const { values, indices } = topK(tensor([3, 1, 2]), 2);
    expect(await values.array()).toEqual([3, 2]);
    expect(await indices.array()).toEqual([0, 2]);
  });

  test('leaves the tensor pending after a failed run', async () => {
    const y = exp(tensor([1]));
    backend.failNext = { inputsKept: true };
    expect(await rejection(y.data())).toMatchObject({ code: 'memory' });
    expect(y.state).toBe('pending');
    expect(await y.data()).toHaveLength(1);
  });
});

describe('pending graphs', () => {
  test('can have any number of operators if parts of them are computed in between', async () => {
    let state: Tensor = tensor([1, 1]);
    for (let i = 0; i < 51; i++) {
      for (let k = 0; k < 2000; k++) state = negative(state);
      await sum(state).data();
    }
    expect(await state.array()).toEqual([1, 1]);
  }, 60_000);

  test('of the same structure are compiled once, even if they contain different numbers', async () => {
    const x = tensor([1, 2, 3]);
    await mul(x, 0.5).data();
    const { compiled } = counts;
    for (const rate of [0.1, 0.2, 0.3]) {
      const [first] = await mul(x, rate).data();
      expect(first).toBeCloseTo(rate);
    }
    expect(counts.compiled).toBe(compiled);
  });
});

test('awaiting tensors in a loop lets the event loop run regularly', async () => {
  let fired = false;
  setTimeout(() => {
    fired = true;
  }, 1);
  const x = exp(tensor([1]));
  for (const start = performance.now(); !fired && performance.now() - start < 10_000; ) await realize(add(x, 1));
  expect(fired).toBe(true);
}, 20_000);

describe('dispose', () => {
  test('frees the memory immediately, and later uses of the tensor throw an error', async () => {
    const x = await realize(exp(arange(1000)));
    const before = backend.memory().buffers;
    x.dispose();
    expect(backend.memory().buffers).toBe(before - 1);
    expect(x.state).toBe('disposed');
    expect(thrown(() => add(x, 1))).toMatchObject({ code: 'disposed', op: 'add' });
    expect(thrown(() => x.data())).toMatchObject({ code: 'disposed' });
    x.dispose();
  });

  test('keeps pending tensors that depend on the tensor valid', async () => {
    const x = await realize(exp(tensor([0, 0])));
    const y = add(x, 1);
    x.dispose();
    expect(await y.array()).toEqual([2, 2]);
  });

  test('is called by Symbol.dispose', async () => {
    const x = await realize(exp(tensor([0])));
    x[Symbol.dispose]();
    expect(x.state).toBe('disposed');
  });
});

describe('memory', () => {
  test('reports the memory of tensors by their type', async () => {
    const x = await realize(zeros([3, 5, 7]));
    expect(memory().tensors).toContainEqual({ type: 'float32[3, 5, 7]', count: 1, bytes: 420 });
    x.dispose();
    expect(memory().tensors.map(({ type }) => type)).not.toContain('float32[3, 5, 7]');
  });

  test('does not include intermediate results and numbers', async () => {
    const x = await realize(zeros([11, 13]));
    const y = mul(add(exp(x), 1), 2);
    const scalars = (): number => memory().tensors.find(({ type }) => type === 'float32[]')?.count ?? 0;
    const before = scalars();
    await y.data();
    expect(scalars()).toBeLessThanOrEqual(before);
    expect(memory().tensors).toContainEqual({ type: 'float32[11, 13]', count: 2, bytes: 2 * 11 * 13 * 4 });
    expect([x.state, y.state]).toEqual(['stored', 'stored']);
  });
});

describe('backends', () => {
  test('cannot be combined in one operator; the error advises to move a tensor', async () => {
    const other = referenceBackend('other');
    registerBackend('other', () => other);
    const x = await realize(exp(tensor([1])));
    const y = await x.to('other');
    expect([x.backend, y.backend]).toEqual(['reference', 'other']);
    const error = await rejection(add(x, y).data());
    expect(error).toMatchObject({ code: 'backend', data: { backends: ['reference', 'other'] } });
    expect(error.message).toContain('.to(');
    expect(await jit((a: Tensor, b: Tensor) => add(a, b))(x, y).catch((reason: unknown) => reason)).toMatchObject({
      code: 'backend',
    });
    expect(await sub(await y.to('reference'), x).array()).toEqual([0]);
  });

  test('are used for new tensors after setBackend selects them', async () => {
    const third = referenceBackend('third', true);
    registerBackend('third', async () => third);
    await setBackend('third');
    const x = await realize(exp(tensor([1])));
    expect([getBackend(), x.backend]).toEqual(['third', 'third']);
    await setBackend('reference');
    expect(await add(x, 1).data()).toHaveLength(1);
    expect((await realize(exp(tensor([1])))).backend).toBe('reference');
  });

  test('that are not registered are rejected by setBackend, which keeps the current backend', async () => {
    const error = await rejection(setBackend('nothing'));
    expect(error).toMatchObject({ code: 'backend', data: { name: 'nothing' } });
    expect(error.message).toContain('Import the package');
    await expect(setBackend('onnxruntime')).rejects.toThrow("import '@manabi/backend-onnxruntime/register'");
    expect(getBackend()).toBe('reference');
  });

  test('that failed to start are started again when they are selected again', async () => {
    let attempts = 0;
    registerBackend('flaky', async () => {
      attempts++;
      if (attempts === 1) throw new Error('not now');
      return referenceBackend('flaky');
    });
    await expect(setBackend('flaky')).rejects.toThrow('not now');
    await setBackend('flaky');
    expect(getBackend()).toBe('flaky');
    await setBackend('reference');
  });
});

test('clone returns a copy that stays valid when the original is disposed of', async () => {
  const x = await realize(exp(tensor([0, 0])));
  const y = await realize(clone(x));
  x.dispose();
  expect(await y.array()).toEqual([1, 1]);
});
