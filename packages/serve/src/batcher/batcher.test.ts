import { describe, expect, test } from '@jest/globals';
import { type HostArray, hostArray } from '@manabi/ir';
import fc from 'fast-check';
import { batcher } from './batcher.ts';
import { fakeClock } from './fake-clock.fixture.ts';

/** Creates an array of rows with one element each. */
const column = (...values: readonly number[]): HostArray =>
  hostArray('float32', [values.length, 1], Float32Array.from(values));

const valuesOf = ([array]: readonly HostArray[]): number[] => [...array.data];

/** A model that doubles its inputs, and computes one batch at a time when the test says so. */
function slowDouble() {
  const sizes: number[] = [];
  const waiting: (() => void)[] = [];
  return {
    sizes,
    /** Ends the oldest batch. */
    finish: async () => {
      waiting.shift()?.();
      await settled();
    },
    predict: async ([x]: readonly HostArray[]) => {
      sizes.push(x.shape[0]);
      await new Promise<void>((resolve) => waiting.push(resolve));
      return [
        hostArray(
          x.dtype,
          x.shape,
          x.data.map((value) => 2 * value),
        ),
      ];
    },
  };
}

/** Resolves after all promises that are already resolved have been handled. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('batcher', () => {
  test('combines the requests that arrive while a batch runs, and pads the batch to a bucket', async () => {
    const { predict, sizes, finish } = slowDouble();
    const running = batcher(predict, { maxBatchSize: 8, clock: fakeClock() });
    const answers = [column(1), column(2, 3), column(4, 5, 6)].map((x) => running.predict([x]));
    expect([running.queuedRows, running.pending]).toEqual([5, 3]);
    await finish();
    await finish();
    expect((await Promise.all(answers)).map(valuesOf)).toEqual([[2], [4, 6], [8, 10, 12]]);
    expect(sizes).toEqual([1, 8]);
  });

  test('splits a request that is larger than a batch, and lets small requests in between', async () => {
    const { predict, sizes, finish } = slowDouble();
    const running = batcher(predict, { maxBatchSize: 4, clock: fakeClock() });
    const large = running.predict([column(...Array.from({ length: 14 }, (_, i) => i))]);
    const small = running.predict([column(100)]);
    for (let i = 0; i < 3; i++) await finish();
    expect(running.pending).toBe(1);
    expect(valuesOf(await small)).toEqual([200]);
    await finish();
    expect(valuesOf(await large)).toEqual(Array.from({ length: 14 }, (_, i) => 2 * i));
    expect(sizes).toEqual([4, 4, 4, 4]);
  });

  test('waits maxWaitMs for further requests, unless the batch is full', async () => {
    const clock = fakeClock();
    const { predict, sizes, finish } = slowDouble();
    const running = batcher(predict, { maxBatchSize: 4, maxWaitMs: 10, clock });
    const first = running.predict([column(1)]);
    clock.advance(9);
    const second = running.predict([column(2)]);
    expect(sizes).toEqual([]);
    clock.advance(1);
    expect(sizes).toEqual([2]);
    await finish();
    expect([valuesOf(await first), valuesOf(await second)]).toEqual([[2], [4]]);
    const full = running.predict([column(1, 2, 3, 4)]);
    expect(sizes).toEqual([2, 4]);
    await finish();
    expect(valuesOf(await full)).toEqual([2, 4, 6, 8]);
  });

  test('never puts requests with different shapes into one batch', async () => {
    const { predict, sizes, finish } = slowDouble();
    const running = batcher(predict, { clock: fakeClock() });
    const wide = hostArray('float32', [2, 3], new Float32Array(6).fill(1));
    const answers = [running.predict([column(1)]), running.predict([wide]), running.predict([column(2)])];
    for (let i = 0; i < 3; i++) await finish();
    expect((await Promise.all(answers)).map(([{ shape }]) => shape)).toEqual([
      [1, 1],
      [2, 3],
      [1, 1],
    ]);
    expect(sizes).toEqual([1, 2, 1]);
  });

  test('does not compute the rows of a request that was cancelled while it waited', async () => {
    const { predict, sizes, finish } = slowDouble();
    const running = batcher(predict, { clock: fakeClock() });
    const first = running.predict([column(1)]);
    const controller = new AbortController();
    const cancelled = running.predict([column(2, 3, 4)], { signal: controller.signal });
    const last = running.predict([column(5)]);
    controller.abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'aborted', status: 499 });
    expect(running.queuedRows).toBe(1);
    await finish();
    await finish();
    expect([valuesOf(await first), valuesOf(await last)]).toEqual([[2], [10]]);
    expect(sizes).toEqual([1, 1]);
  });

  test('rejects requests when the queue is full, with the time after which to try again', async () => {
    const { predict, finish } = slowDouble();
    const running = batcher(predict, { maxBatchSize: 2, maxQueueRows: 3, clock: fakeClock() });
    const accepted = [running.predict([column(1)]), running.predict([column(1, 2, 3)])];
    await expect(running.predict([column(1)])).rejects.toMatchObject({
      code: 'overloaded',
      status: 503,
      retryAfter: 1,
    });
    await expect(running.predict([column(1, 2, 3, 4)])).rejects.toMatchObject({ code: 'tooLarge', data: { rows: 4 } });
    for (let i = 0; i < 3; i++) await finish();
    await Promise.all(accepted);
  });

  test('rejects a request after its timeout, and does not compute it if it still waits', async () => {
    const clock = fakeClock();
    const { predict, sizes, finish } = slowDouble();
    const running = batcher(predict, { timeoutMs: 100, clock });
    const first = running.predict([column(1)], { timeoutMs: null });
    const late = running.predict([column(2)]);
    clock.advance(100);
    await expect(late).rejects.toMatchObject({ code: 'deadline', status: 504 });
    await finish();
    expect(valuesOf(await first)).toEqual([2]);
    expect(sizes).toEqual([1]);
  });

  test('answers accepted requests after close, and rejects others', async () => {
    const { predict, finish } = slowDouble();
    const running = batcher(predict, { maxWaitMs: 1000, clock: fakeClock() });
    const accepted = running.predict([column(1)]);
    const closed = running.close();
    await expect(running.predict([column(2)])).rejects.toMatchObject({ code: 'closed', status: 503 });
    await finish();
    expect(valuesOf(await accepted)).toEqual([2]);
    await closed;
  });

  test('runs the requests of a failed batch one by one, so that only the invalid one fails', async () => {
    const { predict: double, finish } = slowDouble();
    const predict = async (inputs: readonly HostArray[]) => {
      const outputs = await double(inputs);
      if (inputs[0].data.includes(13)) throw new RangeError('13 is out of range');
      return outputs;
    };
    const running = batcher(predict, { clock: fakeClock() });
    const answers = [1, 2, 13, 3].map((value) => running.predict([column(value)]));
    const results = Promise.allSettled(answers);
    for (let i = 0; i < 6; i++) await finish();
    expect(
      (await results).map((result) => (result.status === 'fulfilled' ? valuesOf(result.value) : `${result.reason}`)),
    ).toEqual([[2], [4], 'RangeError: 13 is out of range', [6]]);
  });

  test('runs each request as a batch of its own if rows depend on each other', async () => {
    const sizes: number[] = [];
    const centred = async ([{ shape, data }]: readonly HostArray[]) => {
      sizes.push(shape[0]);
      const mean = Array.from(data).reduce((sum, value) => sum + value, 0) / data.length;
      return [
        hostArray(
          'float32',
          shape,
          Float32Array.from(data, (value) => value - mean),
        ),
      ];
    };
    const running = batcher(centred, { independentRows: false, maxBatchSize: 4 });
    const answers = [column(1, 3), column(5), column(1, 2, 3)].map((x) => running.predict([x]));
    expect((await Promise.all(answers)).map(valuesOf)).toEqual([[-1, 1], [0], [-1, 0, 1]]);
    expect(sizes).toEqual([2, 1, 3]);
    await expect(running.predict([column(1, 2, 3, 4, 5)])).rejects.toMatchObject({ code: 'tooLarge' });
  });

  test('rejects outputs with another number of rows', async () => {
    const running = batcher(async () => [column(1)]);
    await expect(running.predict([column(1, 2)])).rejects.toMatchObject({ code: 'shape', data: { shape: [1, 1] } });
  });

  test.each([
    ['no rows', [column()]],
    ['different numbers of rows', [column(1), column(1, 2)]],
    ['no arrays', []],
  ])('rejects inputs with %s', async (_, inputs) => {
    const running = batcher(async (given) => given);
    await expect(running.predict(inputs)).rejects.toMatchObject({ code: 'invalid' });
  });

  test.each<[object]>([
    [{ maxBatchSize: 0 }],
    [{ buckets: [1, 4], maxBatchSize: 8 }],
    [{ buckets: [4, 1, 8], maxBatchSize: 8 }],
    [{ maxBatch: 8 }],
  ])('rejects the options %j', (options) => {
    expect(() => batcher(async (given) => given, options)).toThrow(expect.objectContaining({ code: 'argument' }));
  });

  test('gives every request its own answer exactly once, for random sizes, times, cancellations and failures', async () => {
    const request = fc.record({
      rows: fc.integer({ min: 1, max: 11 }),
      width: fc.constantFrom(1, 2),
      pause: fc.integer({ min: 0, max: 6 }),
      cancelAfter: fc.option(fc.integer({ min: 0, max: 8 }), { freq: 4 }),
      fails: fc.boolean(),
    });
    const settings = fc.record({
      maxBatchSize: fc.integer({ min: 1, max: 9 }),
      maxWaitMs: fc.integer({ min: 0, max: 5 }),
      concurrency: fc.integer({ min: 1, max: 3 }),
      independentRows: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(request, { maxLength: 14 }),
        settings,
        fc.integer({ min: 0, max: 4 }),
        async (requests, options, duration) => {
          const clock = fakeClock();
          const computed = new Map<number, number>();
          let running = 0;
          const predict = async ([x]: readonly HostArray[]) => {
            expect(++running).toBeLessThanOrEqual(options.concurrency);
            const [rows, width] = x.shape;
            if (options.independentRows) expect(rows).toBeLessThanOrEqual(options.maxBatchSize);
            await new Promise<void>((resolve) => void clock.after(duration, resolve));
            running--;
            if (x.data.some((value) => value < 0)) throw new Error('negative');
            const seen = new Set(Array.from(x.data, Math.trunc));
            for (const value of seen) computed.set(value, (computed.get(value) ?? 0) + 1);
            return [
              hostArray(
                'float32',
                [rows, width],
                x.data.map((value) => 2 * value),
              ),
            ];
          };
          const { predict: ask, close } = batcher(predict, { ...options, maxQueueRows: 60, timeoutMs: null, clock });
          const results: Promise<string>[] = [];
          let rowNumber = 0;
          for (const { rows, width, pause, cancelAfter, fails } of requests) {
            const isInvalid = fails && rowNumber % 5 === 3;
            const values = Array.from({ length: rows * width }, (_, i) => {
              const value = rowNumber + Math.floor(i / width) + 1 + (i % width) / 4;
              return isInvalid ? -value : value;
            });
            rowNumber += rows;
            const controller = new AbortController();
            const expected = values.map((value) => 2 * value).join();
            const x = hostArray('float32', [rows, width], Float32Array.from(values));
            results.push(
              ask([x], { signal: controller.signal }).then(
                (answer) => (valuesOf(answer).join() === expected && !isInvalid ? 'right' : 'wrong'),
                (error: { readonly code?: string; readonly message: string }) =>
                  error.code === 'aborted' && cancelAfter !== null
                    ? 'aborted'
                    : (error.code ?? (error.message === 'negative' && isInvalid ? 'invalid' : 'unexpected')),
              ),
            );
            if (cancelAfter !== null) clock.after(cancelAfter, () => controller.abort());
            clock.advance(pause);
            await settled();
          }
          const closed = close();
          for (let i = 0; i < 400; i++) {
            clock.advance(1);
            await Promise.resolve();
          }
          await settled();
          for (let i = 0; i < 100; i++) {
            clock.advance(5);
            await settled();
          }
          await closed;
          const outcomes = await Promise.all(results);
          const allowed = [
            'right',
            'aborted',
            'invalid',
            'overloaded',
            ...(options.independentRows ? [] : ['tooLarge']),
          ];
          for (const outcome of outcomes) expect(allowed).toContain(outcome);
        },
      ),
      { numRuns: 60 },
    );
  });
});
