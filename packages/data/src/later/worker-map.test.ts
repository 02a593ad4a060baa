import { describe, expect, test } from '@jest/globals';
import { fromGenerator, fromTensorSlices, hostArray, range } from '../index.ts';
import { workerModule } from './worker-module.fixture.ts';

describe('mapOnWorkers', () => {
  test('keeps the order of elements, whatever the threads take', async () => {
    const doubled = range(40).mapOnWorkers<number>(workerModule, 'double', { workers: 3 });
    expect(await doubled.toArray()).toEqual(Array.from({ length: 40 }, (_, i) => 2 * i));
    expect(doubled.cardinality).toBe(40);
    expect(await range(9).mapOnWorkers<number>(workerModule, 'slow').toArray()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('passes a row without the memory of the other rows, and leaves the array in place', async () => {
    const x = hostArray('float32', [4, 2], Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    const sums = await fromTensorSlices({ x }).mapOnWorkers(workerModule, 'sumOf', { workers: 2 }).toArray();
    expect(sums).toEqual([3, 7, 11, 15].map((sum, index) => ({ sum, index, bytes: 8 })));
    expect(x.data.length).toBe(8);
  });

  test('copies views of memory that the function keeps', async () => {
    const views = await range(3).mapOnWorkers(workerModule, 'viewOfKept', { workers: 1 }).toArray();
    expect(views).toEqual(
      [0, 1, 2].map((element) => ({ a: Float32Array.of(1, 2), b: Float32Array.of(2, 3), element })),
    );
  });

  test('names the element for which the function fails, with the error of the thread', async () => {
    const failing = range(6).mapOnWorkers(workerModule, 'failing', { workers: 2 });
    await expect(failing.toArray()).rejects.toMatchObject({
      code: 'data',
      data: { index: 3, stage: 'mapOnWorkers' },
      cause: { name: 'RangeError', message: 'three is too many' },
    });
  });

  test('reports a thread that stopped between two elements', async () => {
    const late = fromGenerator(async function* () {
      yield 0;
      await new Promise((resolve) => setTimeout(resolve, 400));
      yield 1;
    });
    await expect(late.mapOnWorkers(workerModule, 'failingLater', { workers: 1 }).toArray()).rejects.toMatchObject({
      code: 'data',
      data: { index: 1, stage: 'mapOnWorkers' },
      cause: { name: 'RangeError', message: 'too late' },
    });
  });

  test.each([
    ['a module that does not exist', 'file:///missing/module.mjs', 'double'],
    ['an export that does not exist', workerModule, 'triple'],
    ['a result that threads cannot exchange', workerModule, 'notCloneable'],
  ])('reports %s', async (_, url, name) => {
    await expect(range(2).mapOnWorkers(url, name).toArray()).rejects.toMatchObject({
      code: 'data',
      data: { index: 0, stage: 'mapOnWorkers' },
    });
  });

  test('reports an element that threads cannot exchange', async () => {
    const functions = fromGenerator(() => [() => 1]);
    await expect(functions.mapOnWorkers(workerModule, 'double').toArray()).rejects.toMatchObject({
      data: { index: 0 },
    });
  });

  test('a signal or the reader stops the threads', async () => {
    const controller = new AbortController();
    const reading = range(5).mapOnWorkers(workerModule, 'never').toArray({ signal: controller.signal });
    setTimeout(() => controller.abort('enough'), 50);
    await expect(reading).rejects.toMatchObject({ code: 'aborted', cause: 'enough' });
    for await (const first of range(1000).mapOnWorkers(workerModule, 'double')) {
      expect(first).toBe(0);
      break;
    }
  });

  test('rejects relative paths and invalid options when called', () => {
    expect(() => range(1).mapOnWorkers('./augment.js', 'default')).toThrow(
      expect.objectContaining({ code: 'argument', data: expect.objectContaining({ name: 'module' }) }),
    );
    expect(() => range(1).mapOnWorkers(workerModule, 'double', { workers: 0 })).toThrow(
      expect.objectContaining({ code: 'argument', data: expect.objectContaining({ name: 'workers' }) }),
    );
  });
});
