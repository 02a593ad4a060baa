import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { CLOSE_TIMEOUT } from './close-iterator.ts';
import { type Dataset, fromGenerator, fromTensorSlices, hostArray, zip } from './index.ts';

afterEach(() => {
  jest.useRealTimers();
});

const never = new Promise<never>(() => {});

/** A data set over an iterator of plain JavaScript, which may be anything. */
function over(iterator: unknown): Dataset<unknown> {
  return fromGenerator(() => ({ [Symbol.asyncIterator]: () => iterator }) as AsyncIterable<unknown>);
}

/** Elements 0, 1, 2, … without end, from an iterator with further methods. */
function endless(methods: object): object {
  let count = 0;
  return { next: () => ({ done: false, value: count++ }), ...methods };
}

describe('iterators that break their protocol', () => {
  test.each([undefined, null, 5, 'done', true, Symbol('result')])('refuses next() that returns %p', async (result) => {
    for (const next of [() => result, async () => result]) {
      await expect(over({ next }).toArray()).rejects.toMatchObject({
        name: 'ManabiError',
        code: 'data',
        data: { index: 0, stage: 'fromGenerator', given: expect.any(String) },
      });
    }
  });

  test.each([
    ['nothing', () => undefined],
    ['a number', () => 5],
    ['an object that is not iterable', () => ({})],
    ['an iterable whose method is not one', () => ({ [Symbol.iterator]: 5 })],
    ['an iterable without an iterator', () => ({ [Symbol.iterator]: () => undefined })],
    ['an iterator without next()', () => ({ [Symbol.asyncIterator]: () => ({}) })],
    [
      'an iterable whose method fails',
      () => ({
        [Symbol.iterator]: () => {
          throw new Error('broken');
        },
      }),
    ],
  ])('refuses a source that gives %s', async (_, source) => {
    const dataset = fromGenerator(source as () => Iterable<unknown>);
    await expect(dataset.toArray()).rejects.toMatchObject({
      name: 'ManabiError',
      data: { stage: 'fromGenerator', index: 0 },
    });
  });

  test.each([
    ['undefined', undefined],
    ['a text', 'broken'],
    ['a symbol', Symbol('broken')],
    ['an object without a prototype', Object.create(null)],
    [
      'an object that cannot be shown',
      {
        toString() {
          throw new Error('no');
        },
      },
    ],
    ['an error whose message is not text', Object.assign(new Error('x'), { message: 5 })],
  ])('names the element at which %s was thrown', async (_, thrown) => {
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

describe('return()', () => {
  const wrapped: [string, (dataset: Dataset<unknown>) => Dataset<unknown>][] = [
    ['alone', (dataset) => dataset],
    ['behind prefetch', (dataset) => dataset.prefetch(2)],
    ['behind a parallel map', (dataset) => dataset.map((x) => x, { parallel: 2 })],
    ['behind zip', (dataset) => zip([dataset])],
    ['behind shuffle and batch', (dataset) => dataset.shuffle(3).batch(2)],
  ];

  test.each(wrapped)('that never settles is not waited for without end, %s', async (name, wrap) => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'performance', 'queueMicrotask'] });
    const reading = wrap(over(endless({ return: () => never })))
      .take(2)
      .toArray();
    // Whoever works ahead closes its source without telling of failures.
    const isTold = name === 'alone' || name.includes('zip') || name.includes('shuffle');
    const settled = isTold
      ? expect(reading).rejects.toMatchObject({ code: 'data', data: { stage: 'fromGenerator' } })
      : expect(reading).resolves.toHaveLength(2);
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
    await jest.advanceTimersByTimeAsync(CLOSE_TIMEOUT);
    await settled;
  });

  test('that fails is named, with its cause', async () => {
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

  test('that is not a method is named', async () => {
    const taking = over(endless({ return: 5 }))
      .take(1)
      .toArray();
    await expect(taking).rejects.toMatchObject({ code: 'data', data: { stage: 'fromGenerator' } });
  });

  test('that fails does not hide the failure before it', async () => {
    const dataset = over(
      endless({
        return: () => {
          throw new Error('cannot close');
        },
      }),
    ).map(() => {
      throw new Error('first');
    });
    await expect(dataset.toArray()).rejects.toMatchObject({ message: expect.stringContaining('first') });
  });

  test('of all parts of a zip is called, though one fails', async () => {
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

describe('data sets that would never end', () => {
  test('ends one whose source gives the data set itself', async () => {
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

  test('lets the signal of an endless search fire', async () => {
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

  test('takes as many elements of an endless one as it is told', async () => {
    const ones = fromGenerator(function* () {
      while (true) yield 1;
    });
    expect(await ones.take(5000).toArray()).toHaveLength(5000);
  });

  test('refuses to shuffle an infinite one in full', () => {
    const rows = fromTensorSlices(hostArray('float32', [4], new Float32Array(4))).repeat();
    expect(() => rows.shuffle(Infinity)).toThrow(expect.objectContaining({ code: 'argument' }));
  });
});
