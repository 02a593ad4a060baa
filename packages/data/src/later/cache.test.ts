import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Dataset, fromGenerator, hostArray, range } from '../index.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manabi-cache-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Returns a dataset that counts the elements that it computes. */
function counted(count: number): { readonly dataset: Dataset<number>; readonly calls: () => number } {
  let calls = 0;
  return { dataset: range(count).map((x) => x + 0 * calls++), calls: () => calls };
}

describe.each([
  ['in memory', (_: string) => undefined],
  ['in a file', (name: string) => join(folder, name)],
])('cache %s', (_, pathOf) => {
  test('computes the elements of complete iterations once', async () => {
    const { dataset, calls } = counted(5);
    const cached = dataset.cache(pathOf('once'));
    expect(cached.cardinality).toBe(5);
    expect(await cached.toArray()).toEqual([0, 1, 2, 3, 4]);
    expect(await cached.toArray()).toEqual([0, 1, 2, 3, 4]);
    expect(calls()).toBe(5);
  });

  test('drops the elements of an iteration that stops early', async () => {
    const { dataset, calls } = counted(5);
    const cached = dataset.cache(pathOf('early'));
    expect(await cached.take(2).toArray()).toEqual([0, 1]);
    expect(await cached.toArray()).toEqual([0, 1, 2, 3, 4]);
    expect(calls()).toBeGreaterThanOrEqual(7);
  });

  test('keeps the order of the first iteration of a shuffle, as a resumed training does', async () => {
    const cached = range(20).shuffle(20, { seed: 1 }).cache(pathOf('shuffled'));
    const first = await cached.toArray();
    expect(await cached.toArray()).toEqual(first);
    const resumed = range(20).shuffle(20, { seed: 1 }).cache();
    resumed.skipIterations(3);
    expect(await resumed.toArray()).toEqual(first);
  });

  test('passes errors on and caches nothing', async () => {
    let fails = true;
    const cached = range(3)
      .map((x) => {
        if (x === 2 && fails) throw new Error('two');
        return x;
      })
      .cache(pathOf('fails'));
    await expect(cached.toArray()).rejects.toMatchObject({ code: 'data', data: { index: 2 } });
    fails = false;
    expect(await cached.toArray()).toEqual([0, 1, 2]);
  });
});

describe('cache in a file', () => {
  const elements: readonly unknown[] = [
    { x: hostArray('float32', [2], Float32Array.of(1, -0)), name: 'あ', ok: true, nothing: null },
    [Number.NaN, -0, Infinity, 1e300, 12n, undefined, Int16Array.of(-1)],
    {
      deep: { list: [hostArray('bool', [], Uint8Array.of(1)), hostArray('float16', [1], Float32Array.of(0.5))] },
      o: 'o',
    },
    'text',
    { constructor: 1 },
  ];

  test('keeps all kinds of values, also for later programs', async () => {
    const path = join(folder, 'values');
    expect(
      await fromGenerator(() => elements)
        .cache(path)
        .toArray(),
    ).toEqual(elements);
    const later = fromGenerator((): readonly unknown[] => {
      throw new Error('the file exists');
    });
    expect(await later.cache(path).toArray()).toEqual(elements);
  });

  test('rejects the file of a dataset with other stages or another number of elements', async () => {
    const path = join(folder, 'three');
    await range(3).cache(path).toArray();
    await expect(range(5).cache(path).toArray()).rejects.toMatchObject({
      code: 'data',
      data: { expected: 'range (5 elements)', got: 'range (3 elements)' },
    });
    const doubled = range(3).map((x) => 2 * x);
    await expect(doubled.cache(path).toArray()).rejects.toMatchObject({ code: 'data', op: 'cache' });
    expect(await range(3).cache(path).toArray()).toEqual([0, 1, 2]);
  });

  test('leaves no file after an iteration that stops early or is aborted', async () => {
    const before = await readdir(folder);
    for await (const _ of range(100).cache(join(folder, 'stopped'))) break;
    const controller = new AbortController();
    const reading = range(100).map((x) => {
      if (x === 50) controller.abort();
      return x;
    });
    await expect(reading.cache(join(folder, 'aborted')).toArray({ signal: controller.signal })).rejects.toMatchObject({
      code: 'aborted',
    });
    expect(await readdir(folder)).toEqual(before);
  });

  test('rejects elements that it cannot write, and files of something else', async () => {
    const dates = fromGenerator(() => [new Date(0)]);
    await expect(dates.cache(join(folder, 'dates')).toArray()).rejects.toMatchObject({
      code: 'data',
      data: { index: 0 },
    });
    const path = join(folder, 'other');
    await writeFile(path, 'not a cache');
    await expect(range(1).cache(path).toArray()).rejects.toMatchObject({ code: 'corrupt' });
    const values = join(folder, 'values');
    const bytes = await readFile(values);
    for (const length of [bytes.length - 3, 15]) {
      await writeFile(path, bytes.subarray(0, length));
      const cached = fromGenerator(() => elements).cache(path);
      await expect(cached.toArray()).rejects.toMatchObject({ code: 'corrupt' });
    }
  });

  test('reports a folder that does not exist', async () => {
    await expect(
      range(3)
        .cache(join(folder, 'a', 'b'))
        .toArray(),
    ).rejects.toMatchObject({ name: 'FileError' });
  });
});
