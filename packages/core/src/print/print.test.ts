import '@manabi/backend-cpu/register';
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, jest, test } from '@jest/globals';
import { type DType, dtypes, hostArray } from '@manabi/ir';
import { jit, mul, realize, type Tensor, tensor, zeros } from '../index.ts';
import { printTensor as inPages } from './console-in-pages.ts';
import { type ArrayTextOptions, formatArray } from './format-array.ts';

/** Texts in which NumPy prints arrays; see `tooling/goldens/array-text`. */
interface Golden {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly (number | string | boolean)[];
  readonly options: ArrayTextOptions;
  readonly text: string;
}

const goldens: readonly Golden[] = JSON.parse(
  readFileSync(new URL('./goldens/array-text.json', import.meta.url), 'utf8'),
);

describe('formatArray equals NumPy', () => {
  const infinite: Readonly<Record<string, number>> = {
    inf: Number.POSITIVE_INFINITY,
    '-inf': Number.NEGATIVE_INFINITY,
  };
  test.each(goldens.map((golden) => [golden.text, golden] as const))('%s', (text, { dtype, shape, data, options }) => {
    const elements = dtypes[dtype].create(data.length);
    elements.set(data.map((element) => infinite[String(element)] ?? Number(element)));
    expect(formatArray(hostArray(dtype, shape, elements), options)).toBe(text);
  });
});

test('formatArray rejects values that are not host arrays, and unknown options', () => {
  expect(() => formatArray([1, 2] as never)).toThrow(expect.objectContaining({ code: 'argument' }));
  const array = hostArray('float32', [1], Float32Array.of(1));
  expect(() => formatArray(array, { digits: 3 } as never)).toThrow(/Unknown option 'digits'/);
  expect(() => formatArray(array, { precision: -1 })).toThrow(expect.objectContaining({ code: 'argument' }));
});

describe('console.log in Node', () => {
  test('shows the elements of a tensor in memory, on the host or on a synchronous backend', async () => {
    const x = tensor([
      [0.1, 2],
      [3, 4],
    ]);
    expect(inspect(x)).toBe('Tensor float32[2, 2] (host)\n[[0.1, 2. ],\n [3. , 4. ]]');
    const y = await realize(mul(x, 2));
    expect(inspect(y)).toBe('Tensor float32[2, 2] (cpu)\n[[0.2, 4. ],\n [6. , 8. ]]');
    expect(inspect({ y: [tensor(1.5)] }, { depth: 5 })).toBe('{ y: [ Tensor float32[] (host) 1.5 ] }');
  });

  test('says that a tensor has not run, and does not run it', () => {
    const pending = mul(tensor([1, 2]), 2);
    expect(inspect(pending)).toBe('Tensor float32[2] (pending)');
    expect(pending.state).toBe('pending');
  });

  test('shows the state of tensors without elements', () => {
    const gone = tensor([1]);
    gone.dispose();
    expect(inspect(gone)).toBe('Tensor float32[1] (disposed)');
    const seen: string[] = [];
    void jit((x: Tensor) => {
      seen.push(inspect(x));
      return x;
    })(tensor([1]));
    expect(seen).toEqual(['Tensor float32[1] (traced)']);
  });

  test('summarizes large tensors', () => {
    expect(inspect(zeros([2000])).split('\n')[0]).toBe('Tensor float32[2000] (pending)');
    expect(inspect(tensor(new Float32Array(2000)))).toBe('Tensor float32[2000] (host)\n[0., 0., 0., ..., 0., 0., 0.]');
  });
});

describe('print', () => {
  test('runs a pending tensor and prints its elements', async () => {
    const print = jest.spyOn(console, 'log').mockImplementation(() => {});
    try {
      await mul(tensor([1, 2]), 0.1).print();
      expect(print.mock.calls).toEqual([['float32[2]\n[0.1, 0.2]']]);
      await inPages(tensor([[1], [0.5]]));
      expect(print.mock.calls[1]).toEqual(['Tensor float32[2, 1] (host)', [[1], [0.5]]]);
    } finally {
      print.mockRestore();
    }
  });

  test('rejects inside traced functions and after disposal', async () => {
    const x = tensor([1]);
    x.dispose();
    await expect(x.print()).rejects.toMatchObject({ code: 'disposed' });
    const printing: Promise<unknown>[] = [];
    void jit((y: Tensor) => {
      printing.push(expect(y.print()).rejects.toMatchObject({ code: 'tracing' }));
      return y;
    })(tensor([1]));
    await Promise.all(printing);
  });
});
