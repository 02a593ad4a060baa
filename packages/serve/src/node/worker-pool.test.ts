import { describe, expect, test } from '@jest/globals';
import { hostArray } from '@manabi/ir';
import { workerPool } from './worker-pool.ts';

/** A module as a URL. Its model adds the number `data` to its inputs, and does other things for negative numbers. */
const module = `data:text/javascript,${encodeURIComponent(`
import { threadId } from 'node:worker_threads';
export async function open(data) {
  if (data === 'broken') throw new RangeError('cannot open');
  const ports = [{ name: 'x', element: 'FP32', shape: [null, 1] }];
  let warm = 0;
  return {
    inputs: ports, outputs: ports, independentRows: true, fixedBatch: null, classNames: ['a', 'b'],
    preparation: { kind: 'texts', prepare: async (texts) => [{ dtype: 'float32', shape: [texts.length, 1], data: Float32Array.from(texts, (text) => text.length) }] },
    predict: async ([{ dtype, shape, data: given }]) => {
      if (given[0] === -1) process.exit(3);
      if (given[0] === -2) throw Object.assign(new Error('index 9 is out of range'), { name: 'ManabiError', code: 'index' });
      if (given[0] === -3) return [{ dtype, shape: [1, 2], data: Float32Array.of(threadId, warm) }];
      return [{ dtype, shape, data: given.map((value) => value + data) }];
    },
    warmUp: async (sizes) => { warm = sizes.length; },
    close: async () => {},
  };
}
`)}`;

const number = (value: number) => [hostArray('float32', [1, 1], Float32Array.of(value))];

describe('workerPool', () => {
  test('runs the model of a module on worker threads', async () => {
    const pool = await workerPool({ module, workers: 2, data: 10 });
    expect(pool).toMatchObject({
      inputs: [{ name: 'x', element: 'FP32', shape: [null, 1] }],
      classNames: ['a', 'b'],
      concurrency: 2,
    });
    const given = number(1);
    expect(await pool.predict(given)).toEqual(number(11));
    expect(given).toEqual(number(1));
    expect(await pool.preparation?.prepare(['abc'])).toEqual(number(3));
    const threads = await Promise.all([pool.predict(number(-3)), pool.predict(number(-3))]);
    expect(new Set(threads.map(([{ data }]) => data[0])).size).toBe(2);
    await pool.close();
  });

  test('passes on errors with their codes', async () => {
    const pool = await workerPool({ module, data: 0 });
    await expect(pool.predict(number(-2))).rejects.toMatchObject({
      name: 'ManabiError',
      code: 'index',
      message: 'index 9 is out of range',
    });
    await pool.close();
    await expect(pool.predict(number(1))).rejects.toMatchObject({ code: 'failed' });
  });

  test('starts a thread again if it stops, and warms it up', async () => {
    const pool = await workerPool({ module, data: 5 });
    await pool.warmUp([1, 2, 4]);
    const results = await Promise.allSettled([pool.predict(number(-1)), pool.predict(number(1))]);
    expect(results).toMatchObject([
      { status: 'rejected', reason: { code: 'failed', message: expect.stringContaining('code 3') } },
      { status: 'rejected' },
    ]);
    expect(await pool.predict(number(1))).toEqual(number(6));
    const [{ data }] = await pool.predict(number(-3));
    expect(data[1]).toBe(3);
    await pool.close();
  });

  test('rejects if the module cannot open the model', async () => {
    await expect(workerPool({ module, data: 'broken' })).rejects.toThrow('cannot open');
    await expect(workerPool({ module: 'data:text/javascript,', workers: 2 })).rejects.toThrow(
      'must export a function open()',
    );
    const missing = workerPool({ module: 'no-such-model.js' });
    await expect(missing).rejects.toThrow(/Could not import the module file:.*no-such-model\.js/);
    await expect(missing).rejects.not.toThrow('data:text');
    await expect(workerPool({ module, workers: 0 })).rejects.toMatchObject({ code: 'argument' });
  });
});
