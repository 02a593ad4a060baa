import '@manabi/backend-cpu/register';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { randomSource } from '@manabi/testing';
import {
  add,
  dispatch,
  exp,
  fromHost,
  hostArray,
  inspect,
  jit,
  matmul,
  mean,
  memory,
  mul,
  ones,
  realize,
  registerBackend,
  setBackend,
  softmax,
  sub,
  sum,
  type Tensor,
  tensor,
  transpose,
} from '../index.ts';
import { thrown } from '../test-backend/errors.fixture.ts';
import { referenceBackend } from '../test-backend/reference-backend.fixture.ts';
import { paddedSize } from './batch-size.ts';

const reference = referenceBackend();
const asynchronous = referenceBackend('asynchronous', true);

beforeAll(() => {
  registerBackend('reference', () => reference);
  registerBackend('asynchronous', async () => asynchronous);
});
afterAll(() => setBackend('cpu'));

const random = randomSource(5);
const w = hostArray('float32', [3, 2], random.float32Array(6));
const rowsOf = (rows: number) => hostArray('float32', [rows, 3], random.float32Array(3 * rows));

describe.each([reference, asynchronous])('jit with `batched` on the $name backend', (backend) => {
  beforeAll(() => setBackend(backend.name));
  const { counts } = backend;

  test('compiles plans for a few batch sizes only, and returns results without the rows added by padding', async () => {
    const f = jit((x: Tensor) => softmax(matmul(x, fromHost(w))), { batched: [0] });
    const warned = jest.spyOn(console, 'warn').mockImplementation(() => {});
    const { compiled } = counts;
    for (let rows = 1; rows <= 48; rows++) {
      const x = rowsOf(rows);
      const y = await f(x);
      expect(y.shape).toEqual([rows, 2]);
      const expected = await softmax(matmul(tensor(nested(x.data, 3)), fromHost(w))).data();
      expect([...(await y.data())]).toEqual([...expected].map((value) => expect.closeTo(value, 5)));
    }
    // One plan each for 1, 2, 4, 8, 12, 16, 24, 32, 40 and 48 rows, and two plans per batch for the expected values.
    expect(counts.compiled - compiled).toBeLessThanOrEqual(10 + 2 * 48);
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });

  test('compiles a plan for each batch size if rows of the result depend on other rows or on their number', async () => {
    for (const mix of [(x: Tensor) => sub(x, mean(x, 0)), (x: Tensor) => mul(x, x.shape[0]), (x: Tensor) => sum(x)]) {
      const f = jit(mix, { batched: [0] });
      for (const rows of [3, 5, 3]) {
        const x = tensor(nested(rowsOf(rows).data, 3));
        expect([...(await (await f(x)).data())]).toEqual([...(await mix(x).data())]);
      }
    }
  });

  test('accepts trees of batches, and functions that also return results without a batch axis in front', async () => {
    const f = jit(
      (weights: { k: Tensor }, batch: { x: Tensor; more: readonly Tensor[] }) => ({
        y: add(matmul(batch.x, weights.k), batch.more[0]),
        across: transpose(batch.x),
        shared: sum(weights.k),
      }),
      { batched: [1] },
    );
    const x = rowsOf(3);
    const more = hostArray('float32', [3, 2], random.float32Array(6));
    const { y, across, shared } = await f({ k: w }, { x, more: [more] });
    expect([y.shape, across.shape, shared.shape]).toEqual([[3, 2], [3, 3], []]);
    const plain = tensor(nested(x.data, 3));
    expect(await across.array()).toEqual(await transpose(plain).array());
    expect([...(await y.data())]).toEqual([
      ...(await add(matmul(plain, fromHost(w)), tensor(nested(more.data, 2))).data()),
    ]);
    expect(await shared.item()).toBeCloseTo(await sum(fromHost(w)).item());
  });

  test('accepts batches that are stored on the backend or pending, and leaves them unchanged', async () => {
    const f = jit((x: Tensor) => mul(x, 2), { batched: [0] });
    const stored = await realize(exp(ones([3, 2])));
    const pending = exp(ones([5, 2]));
    expect([...(await (await f(stored)).data())]).toEqual(Array(6).fill(Math.fround(2 * Math.fround(Math.E))));
    expect((await f(pending)).shape).toEqual([5, 2]);
    expect((await stored.data()).length).toBe(6);
    expect((await pending.data()).length).toBe(10);
  });

  test('accepts a number argument that is combined with batches of several dtypes', async () => {
    const f = jit((x: Tensor, ids: Tensor, k: Tensor) => ({ x: mul(x, k), ids: mul(ids, k) }), { batched: [0, 1] });
    const { compiled } = counts;
    const calls: readonly (readonly [rows: number, k: number])[] = [
      [3, 2],
      [5, 3],
      [6, -1],
      [5, 7],
    ];
    const given = calls.map(([rows, k]) => {
      const [x, ids] = [rowsOf(rows), hostArray('int32', [rows], random.int32Array(rows, -9, 9))];
      return { x, ids, k, ...dispatch(f, [x, ids, k]) };
    });
    await Promise.all(given.map(({ done }) => done));
    // One plan for 3 rows, and one for 5 and 6.
    expect(counts.compiled - compiled).toBe(2);
    for (const { x, ids, k, result } of given) {
      expect([...(await result.x.data())]).toEqual([...x.data].map((value) => Math.fround(value * k)));
      expect([...(await result.ids.data())]).toEqual([...ids.data].map((value) => value * k + 0));
    }
  });

  test('pads batches to the number of rows in the option batchSize of dispatch', async () => {
    const f = jit((x: Tensor) => mul(x, 2), { batched: [0] });
    await f(rowsOf(32));
    const { compiled } = counts;
    const x = rowsOf(5);
    const { result, done } = dispatch(f, [x], { batchSize: 32 });
    await done;
    expect(counts.compiled).toBe(compiled);
    expect([...(await result.data())]).toEqual([...x.data].map((value) => 2 * value));
  });

  test('supports inspect() for one batch size', async () => {
    const f = jit((x: Tensor) => mul(x, 2), { batched: [0] });
    await expect(inspect(f, { dtype: 'float32', shape: [3, 3] })).resolves.toContain('mul');
  });

  test('keeps at most 64 plans for functions whose batches cannot be padded', async () => {
    const f = jit((x: Tensor) => sub(x, mean(x, 0)), { batched: [0] });
    const warned = jest.spyOn(console, 'warn').mockImplementation(() => {});
    const { compiled, disposed } = counts;
    for (let rows = 3; rows < 103; rows++) await f(rowsOf(rows));
    expect(counts.compiled - compiled - (counts.disposed - disposed)).toBeLessThanOrEqual(64);
    const x = tensor(nested(rowsOf(3).data, 3));
    expect([...(await (await f(x)).data())]).toEqual([...(await sub(x, mean(x, 0)).data())]);
    warned.mockRestore();
  });

  test('keeps the 64 most recently used plans for padded batches', async () => {
    const f = jit((x: Tensor, _tag: string) => mul(x, 2), { batched: [0] });
    const warned = jest.spyOn(console, 'warn').mockImplementation(() => {});
    const { compiled, disposed } = counts;
    const kept = (): number => counts.compiled - compiled - (counts.disposed - disposed);
    await f(rowsOf(3), 'first');
    // All batches below are padded to 8 rows. The plans of hot tags are used repeatedly, those of cold tags once.
    const hot = Array.from({ length: 10 }, (_, i) => `hot ${i}`);
    for (let i = 0; i < 100; i++) {
      for (const tag of [hot[i % hot.length], `cold ${i}`]) expect((await f(rowsOf(5), tag)).shape).toEqual([5, 3]);
    }
    const before = counts.compiled;
    for (const tag of hot) await f(rowsOf(6), tag);
    expect(counts.compiled).toBe(before);
    for (let i = 0; i < 64; i++) await f(rowsOf(5), `late ${i}`);
    expect(kept()).toBe(64);
    warned.mockRestore();
  });

  test('disposes of a plan only after the pending calls that use it have finished', async () => {
    const f = jit((x: Tensor, _tag: string) => mul(x, 2), { batched: [0] });
    const warned = jest.spyOn(console, 'warn').mockImplementation(() => {});
    await f(rowsOf(5), 'first');
    const { compiled, disposed } = counts;
    const x = rowsOf(5);
    const calls = Array.from({ length: 80 }, (_, i) => dispatch(f, [x, `tag ${i}`]));
    await Promise.all(calls.map(({ done }) => done));
    const expected = [...x.data].map((value) => 2 * value);
    for (const { result } of calls) expect([...(await result.data())]).toEqual(expected);
    expect([counts.compiled - compiled, counts.disposed - disposed]).toEqual([80, 17]);
    warned.mockRestore();
  });
});

test('jit with `batched` compiles a plan again after disposing of it', async () => {
  await setBackend('reference');
  const f = jit((x: Tensor) => mul(x, 2), { batched: [0] });
  for (let rows = 1; rows < 300; rows += 2) expect((await f(rowsOf(rows))).shape).toEqual([rows, 3]);
  const x = rowsOf(3);
  expect([...(await (await f(x)).data())]).toEqual([...x.data].map((value) => 2 * value));
});

test('jit with `batched` on cpu returns the results of single rows up to rounding, in constant memory', async () => {
  await setBackend('cpu');
  const kernel = tensor(Array.from({ length: 3 }, () => [...random.float32Array(40)]));
  const f = jit((x: Tensor) => softmax(matmul(exp(matmul(x, kernel)), transpose(kernel))), { batched: [0] });
  const x = rowsOf(20);
  const alone: number[] = [];
  for (let row = 0; row < 20; row++) {
    alone.push(...(await (await f(hostArray('float32', [1, 3], x.data.slice(3 * row, 3 * row + 3)))).data()));
  }
  for (let rows = 1; rows <= 20; rows++) {
    const y = await f(hostArray('float32', [rows, 3], x.data.slice(0, 3 * rows)));
    expect([...(await y.data())]).toEqual(alone.slice(0, 3 * rows).map((value) => expect.closeTo(value, 6)));
    y.dispose();
  }
  const { buffers } = memory();
  for (let i = 0; i < 50; i++) (await f(hostArray('float32', [5, 3], x.data.slice(0, 15)))).dispose();
  expect(memory().buffers).toBe(buffers);
});

test('paddedSize returns one of a few sizes, and adds at most the larger of 3 rows and half of the batch', () => {
  for (let rows = 1; rows < 5000; rows++) {
    const size = paddedSize(rows);
    expect(size).toBeGreaterThanOrEqual(rows);
    expect(size).toBeLessThanOrEqual(Math.max(rows + 3, 1.5 * rows));
    expect(paddedSize(size)).toBe(size);
  }
  expect(new Set(Array.from({ length: 32 }, (_, i) => paddedSize(i + 1)))).toEqual(
    new Set([1, 2, 4, 8, 12, 16, 24, 32]),
  );
});

test('jit with `batched` does not pad empty batches, and does not pad other batches to an excessive batchSize', async () => {
  await setBackend('reference');
  const f = jit((x: Tensor) => mul(x, 2), { batched: [0] });
  await f(rowsOf(2));
  const { result, done } = dispatch(f, [rowsOf(0)], { batchSize: 8 });
  await done;
  expect(result.shape).toEqual([0, 3]);
  const x = rowsOf(3);
  const large = dispatch(f, [x], { batchSize: 2 ** 33 });
  await large.done;
  expect([...(await large.result.data())]).toEqual([...x.data].map((value) => 2 * value));
});

test('jit rejects an argument that is both batched and donated', () => {
  expect(thrown(() => jit((x: Tensor) => x, { donate: [0], batched: [0] }))).toMatchObject({
    code: 'argument',
    op: 'jit',
  });
});

function nested(data: ArrayLike<number>, width: number): number[][] {
  return Array.from({ length: data.length / width }, (_, i) => Array.from(data).slice(i * width, (i + 1) * width));
}
