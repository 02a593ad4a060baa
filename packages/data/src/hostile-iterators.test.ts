import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { CLOSE_TIMEOUT } from './close-iterator.ts';
import { type Dataset, fromGenerator, fromTensorSlices, hostArray, zip } from './index.ts';

afterEach(() => {
  jest.useRealTimers();
});

const never = new Promise<never>(() => {});

/** A dataset of the elements of an iterator, which may be invalid. */
function over(iterator: unknown): Dataset<unknown> {
  return fromGenerator(() => ({ [Symbol.asyncIterator]: () => iterator }) as AsyncIterable<unknown>);
}

/** An infinite iterator of 0, 1, 2, …, with further methods. */
function endless(methods: object): object {
  let count = 0;
  return { next: () => ({ done: false, value: count++ }), ...methods };
}

describe('fromGenerator, with iterators that violate the iterator protocol', () => {
  test.each([undefined, null, 5, 'done', true, Symbol('result')])(
    'rejects an iterator whose next() returns %p',
    async (result) => {
      for (const next of [() => result, async () => result]) {
        await expect(over({ next }).toArray()).rejects.toMatchObject({
          name: 'ManabiError',
          code: 'data',
          data: { index: 0, stage: 'fromGenerator', given: expect.any(String) },
        });
      }
    },
  );

  test.each([
    ['undefined', () => undefined],
    ['a number', () => 5],
    ['an object that is not iterable', () => ({})],
    ['an iterable with a number as Symbol.iterator', () => ({ [Symbol.iterator]: 5 })],
    ['an iterable without an iterator', () => ({ [Symbol.iterator]: () => undefined })],
    ['an iterator without next()', () => ({ [Symbol.asyncIterator]: () => ({}) })],
    [
      'an iterable whose Symbol.iterator throws',
      () => ({
        [Symbol.iterator]: () => {
          throw new Error('broken');
        },
      }),
    ],
  ])('rejects a source that returns %s', async (_, source) => {
    const dataset = fromGenerator(source as () => Iterable<unknown>);
    await expect(dataset.toArray()).rejects.toMatchObject({
      name: 'ManabiError',
      data: { stage: 'fromGenerator', index: 0 },
    });
  });

  test.each([
    ['undefined', undefined],
    ['a string', 'broken'],
    ['a symbol', Symbol('broken')],
    ['an object without a prototype', Object.create(null)],
    [
      'an object whose toString throws',
      {
        toString() {
          throw new Error('no');
        },
      },
    ],
    ['an error whose message is a number', Object.assign(new Error('x'), { message: 5 })],
  ])('reports the index of the element at which an iterator threw %s', async (_, thrown) => {
    const next = (): never => {
      throw thrown;
    };
    await expect(over({ next }).toArray()).rejects.toMatchObject({
      name: 'ManabiError',
      code: 'data',
      data: { index: 0, stage: 'fromGenerator' },
      ...(thrown === undefined ? {} : { cause: thrown }),
    });
  });

  test('closes the iterator of a synchronous iterable whose promise is rejected', async () => {
    let closed = 0;
    const iterator = {
      next: () => ({ done: false, value: Promise.reject(new Error('broken')) }),
      return: () => {
        closed++;
        return {};
      },
    };
    const dataset = fromGenerator(() => ({ [Symbol.iterator]: () => iterator }) as unknown as Iterable<unknown>);
    await expect(dataset.toArray()).rejects.toMatchObject({ code: 'data', data: { index: 0 } });
    expect(closed).toBe(1);
  });
});

describe('fromGenerator, when it closes an iterator', () => {
  const wrapped: [string, (dataset: Dataset<unknown>) => Dataset<unknown>][] = [
    ['alone', (dataset) => dataset],
    ['behind prefetch', (dataset) => dataset.prefetch(2)],
    ['behind a parallel map', (dataset) => dataset.map((x) => x, { parallel: 2 })],
    ['behind zip', (dataset) => zip([dataset])],
    ['behind shuffle and batch', (dataset) => dataset.shuffle(3).batch(2)],
  ];

  test.each(wrapped)('stops waiting for return() after a timeout, %s', async (name, wrap) => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'performance', 'queueMicrotask'] });
    const reading = wrap(over(endless({ return: () => never })))
      .take(2)
      .toArray();
    // Stages that process elements before they are requested close their source without reporting failures.
    const isReported = name === 'alone' || name.includes('zip') || name.includes('shuffle');
    const settled = isReported
      ? expect(reading).rejects.toMatchObject({ code: 'data', data: { stage: 'fromGenerator' } })
      : expect(reading).resolves.toHaveLength(2);
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
    await jest.advanceTimersByTimeAsync(CLOSE_TIMEOUT);
    await settled;
  });

  test('reports the error that return() throws as the cause', async () => {
    const cause = new Error('cannot close');
    const failing = (): never => {
      throw cause;
    };
    for (const end of [failing, async () => failing()]) {
      await expect(
        over(endless({ return: end }))
          .take(2)
          .toArray(),
      ).rejects.toMatchObject({
        name: 'ManabiError',
        code: 'data',
        data: { stage: 'fromGenerator' },
        cause,
      });
    }
  });

  test('rejects a property `return` that is not a method', async () => {
    const taking = over(endless({ return: 5 }))
      .take(1)
      .toArray();
    await expect(taking).rejects.toMatchObject({ code: 'data', data: { stage: 'fromGenerator' } });
  });

  test('reports an earlier failure if return() fails as well', async () => {
    const dataset = over(
      endless({
        return: () => {
          throw new Error('cannot close');
        },
      }),
    ).map(() => {
      throw new Error('first');
    });
    await expect(dataset.toArray()).rejects.toMatchObject({ cause: { message: 'first' } });
  });

  test('closes the sources of all zipped datasets even if return() of one source fails', async () => {
    let closed = 0;
    const failing = over(
      endless({
        return: () => {
          throw new Error('cannot close');
        },
      }),
    );
    const closing = over(
      endless({
        return: () => {
          closed++;
          return {};
        },
      }),
    );
    await expect(zip([failing, closing]).take(1).toArray()).rejects.toMatchObject({ code: 'data' });
    expect(closed).toBe(1);
  });
});

describe('infinite datasets', () => {
  test('a dataset that iterates itself is rejected', async () => {
    const self: Dataset<number> = fromGenerator(() => self);
    await expect(self.toArray()).rejects.toMatchObject({ code: 'data', data: { stage: 'fromGenerator' } });
    const mapped: Dataset<number> = fromGenerator(() => mapped.map((x) => x).prefetch(1));
    await expect(mapped.toArray()).rejects.toMatchObject({ code: 'data' });
    const generated: Dataset<number> = fromGenerator(async function* () {
      for await (const x of generated) yield x;
    });
    const error = await generated.toArray().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'data' });
    expect(String(error).length).toBeLessThan(1000);
  });

  test('a signal stops a filter that drops all elements of an infinite dataset', async () => {
    const ones = fromGenerator(function* () {
      while (true) yield 1;
    });
    const rows = fromTensorSlices(hostArray('float32', [4], new Float32Array(4))).repeat();
    for (const dataset of [ones as Dataset<unknown>, rows as Dataset<unknown>]) {
      const search = dataset.filter(() => false).take(1);
      const reading = search.toArray({ signal: AbortSignal.timeout(100) });
      await expect(reading).rejects.toMatchObject({ code: 'aborted' });
    }
  });

  test('take limits an infinite dataset', async () => {
    const ones = fromGenerator(function* () {
      while (true) yield 1;
    });
    expect(await ones.take(5000).toArray()).toHaveLength(5000);
  });

  test('shuffle with an infinite buffer rejects an infinite dataset', () => {
    const rows = fromTensorSlices(hostArray('float32', [4], new Float32Array(4))).repeat();
    expect(() => rows.shuffle(Infinity)).toThrow(expect.objectContaining({ code: 'argument' }));
  });
});
