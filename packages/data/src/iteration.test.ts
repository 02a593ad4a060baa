import { setImmediate as nextTick } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { hostArray } from '@manabi/ir';
import { type Dataset, fromGenerator, fromTensorSlices, zip } from './index.ts';

/** A dataset whose source records how many elements were read and whether it was closed. */
function watched(count = Infinity) {
  const watch = { made: 0, opened: 0, closed: 0 };
  const dataset = fromGenerator(async function* () {
    watch.opened++;
    try {
      for (let i = 0; i < count; i++) {
        watch.made++;
        yield i;
      }
    } finally {
      watch.closed++;
    }
  });
  return { watch, dataset };
}

/** Waits until all work that does not depend on a further request for elements is done. */
async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await nextTick();
}

/** A promise with its resolve function. */
function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settlePromise) => {
    resolve = settlePromise;
  });
  return { promise, resolve };
}

const never = new Promise<never>(() => {});

describe('prefetch', () => {
  test('produces exactly `count` elements before they are requested', async () => {
    const { watch, dataset } = watched();
    const reader = dataset.prefetch(3).iterate();
    await settle();
    expect(watch.made).toBe(0);
    await reader.next();
    await settle();
    expect(watch.made).toBe(1 + 3);
    await reader.next();
    await settle();
    expect(watch.made).toBe(2 + 3);
    await reader.return();
    await settle();
    expect(watch).toEqual({ made: 5, opened: 1, closed: 1 });
  });

  test('yields elements that are ready while the source waits to produce the next one', async () => {
    const gate = deferred<void>();
    const dataset = fromGenerator(async function* () {
      yield 1;
      yield 2;
      await gate.promise;
      yield 3;
    });
    const reader = dataset.prefetch(5).iterate();
    expect([(await reader.next()).value, (await reader.next()).value]).toEqual([1, 2]);
    gate.resolve();
    expect([(await reader.next()).value, (await reader.next()).done]).toEqual([3, true]);
  });

  test('yields all elements that precede a failure before it throws the error', async () => {
    const dataset = fromGenerator(function* () {
      yield 1;
      yield 2;
      throw new Error('broken');
    });
    const reader = dataset.prefetch(8).iterate();
    await reader.next();
    await settle();
    expect((await reader.next()).value).toBe(2);
    await expect(reader.next()).rejects.toMatchObject({ code: 'data', data: { index: 2, stage: 'fromGenerator' } });
    expect((await reader.next()).done).toBe(true);
  });
});

describe('parallel map', () => {
  test('runs exactly `parallel` calls concurrently, and keeps the order of the elements', async () => {
    const gates = Array.from({ length: 6 }, () => deferred<string>());
    const begun: number[] = [];
    const dataset = fromGenerator(() => [0, 1, 2, 3, 4, 5]).map(
      (x) => {
        begun.push(x);
        return gates[x].promise;
      },
      { parallel: 3 },
    );
    const reader = dataset.iterate();
    const first = reader.next();
    await settle();
    expect(begun).toEqual([0, 1, 2]);
    gates[2].resolve('c');
    gates[1].resolve('b');
    await settle();
    expect(begun).toEqual([0, 1, 2]);
    gates[0].resolve('a');
    expect((await first).value).toBe('a');
    await settle();
    expect(begun).toEqual([0, 1, 2, 3]);
    expect((await reader.next()).value).toBe('b');
    for (const gate of gates.slice(3)) gate.resolve('later');
    expect((await reader.next()).value).toBe('c');
    expect((await reader.next()).value).toBe('later');
    await reader.return();
  });

  test('aborts pending calls when the consumer stops, without waiting for them', async () => {
    const { watch, dataset } = watched();
    const stopped: number[] = [];
    const mapped = dataset.map(
      (x, { signal }) => {
        if (x === 0) return x;
        signal.addEventListener('abort', () => stopped.push(x));
        return never;
      },
      { parallel: 4 },
    );
    for await (const element of mapped) {
      expect(element).toBe(0);
      await settle();
      break;
    }
    expect(stopped.length).toBeGreaterThanOrEqual(3);
    expect(watch.closed).toBe(1);
  });

  test('causes no unhandled rejection if calls fail after the consumer stopped', async () => {
    const { dataset } = watched(10);
    const mapped = dataset.map(
      async (x) => {
        if (x > 0) throw new Error(`${x}`);
        return x;
      },
      { parallel: 5 },
    );
    for await (const _ of mapped) break;
    await settle();
  });
});

describe('iteration that stops early', () => {
  const pipelines: [string, (dataset: Dataset<number>) => Dataset<unknown>][] = [
    ['no stage', (dataset) => dataset],
    ['map', (dataset) => dataset.map((x) => x)],
    ['parallel map', (dataset) => dataset.map(async (x) => x, { parallel: 3 })],
    ['filter', (dataset) => dataset.filter((x) => x % 2 === 0)],
    ['shuffle', (dataset) => dataset.shuffle(5)],
    ['batch', (dataset) => dataset.batch(3)],
    ['unbatch', (dataset) => dataset.batch(3).unbatch()],
    ['prefetch', (dataset) => dataset.prefetch(2)],
    ['repeat', (dataset) => dataset.repeat()],
    ['skip', (dataset) => dataset.skip(2)],
    ['concatenate', (dataset) => dataset.concatenate(dataset)],
    ['enumerate', (dataset) => dataset.enumerate()],
    ['zip', (dataset) => zip({ x: dataset })],
    [
      'several stages',
      (dataset) =>
        zip([
          dataset
            .map(async (x) => x, { parallel: 2 })
            .batch(2)
            .prefetch(2),
        ]).prefetch(1),
    ],
  ];

  test.each(pipelines)('closes the source after break (pipeline: %s)', async (_, pipeline) => {
    const { watch, dataset } = watched();
    for await (const _element of pipeline(dataset)) break;
    expect(watch.opened).toBe(1);
    expect(watch.closed).toBe(1);
  });

  test.each(pipelines)('closes the source after an exception in the loop body (pipeline: %s)', async (_, pipeline) => {
    const { watch, dataset } = watched();
    const reading = async () => {
      for await (const _element of pipeline(dataset)) throw new Error('mine');
    };
    await expect(reading()).rejects.toThrow('mine');
    expect(watch.closed).toBe(1);
  });

  test.each(pipelines)('closes the source after take has enough elements (pipeline: %s)', async (_, pipeline) => {
    const { watch, dataset } = watched();
    expect(await pipeline(dataset).take(2).toArray()).toHaveLength(2);
    expect(watch.closed).toBe(1);
  });

  test.each(pipelines)('closes the source after a signal fires (pipeline: %s)', async (_, pipeline) => {
    const { watch, dataset } = watched();
    const controller = new AbortController();
    const reading = async () => {
      for await (const _element of pipeline(dataset).iterate({ signal: controller.signal })) controller.abort('enough');
    };
    await expect(reading()).rejects.toMatchObject({ code: 'aborted', cause: 'enough' });
    expect(watch.closed).toBe(1);
  });

  test('closes the longer datasets of a zip when the shortest one ends', async () => {
    const [long, short] = [watched(), watched(2)];
    expect(await zip([long.dataset, short.dataset.prefetch(1), long.dataset.prefetch(3)]).toArray()).toHaveLength(2);
    expect(long.watch).toMatchObject({ opened: 2, closed: 2 });
  });
});

describe('signal of an iteration', () => {
  const waiting: [string, Dataset<unknown>][] = [
    ['a source that never returns its iterable', fromGenerator(() => never)],
    [
      'a source that never yields an element',
      fromGenerator(async function* () {
        yield await never;
      }),
    ],
    ['a call of map that never settles', fromGenerator(() => [1, 2]).map(() => never)],
    ['parallel calls of map that never settle', fromGenerator(() => [1, 2]).map(() => never, { parallel: 2 })],
    ['a predicate of filter that never settles', fromGenerator(() => [1, 2]).filter(() => never)],
  ];

  for (const wrap of ['', 'prefetch', 'batch', 'zip'] as const) {
    test.each(waiting)(`ends an iteration that waits for %s${wrap && `, behind ${wrap}`}`, async (_, dataset) => {
      const wrapped: Dataset<unknown> =
        wrap === 'prefetch'
          ? dataset.prefetch(2)
          : wrap === 'batch'
            ? dataset.batch(2)
            : wrap === 'zip'
              ? zip([dataset])
              : dataset;
      const controller = new AbortController();
      const reading = wrapped.toArray({ signal: controller.signal });
      setTimeout(() => controller.abort('enough'), 5);
      await expect(reading).rejects.toMatchObject({ code: 'aborted', cause: 'enough' });
    });
  }

  test('that has already fired ends an iteration before an element is produced', async () => {
    const { watch, dataset } = watched();
    const signal = AbortSignal.abort('enough');
    await expect(dataset.toArray({ signal })).rejects.toMatchObject({ code: 'aborted', cause: 'enough' });
    const rows = fromTensorSlices(hostArray('float32', [3], new Float32Array(3)));
    for (const any of [rows, rows.batch(2), rows.shuffle(3).batch(2)]) {
      await expect((any as Dataset<unknown>).toArray({ signal })).rejects.toMatchObject({ code: 'aborted' });
    }
    expect(watch.made).toBe(0);
  });
});
