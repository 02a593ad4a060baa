import { describe, expect, test } from '@jest/globals';
import type { Block, Kernel, Statement } from '@manabi/compiler';
import { addIndex, axisIndex, constantIndex, type DType, dataIndex, hostArray, scaleIndex } from '@manabi/ir';
import { bitsOf, interpretOn, randomArray as newRandomArray } from '@manabi/kernel-testing';
import { randomSource } from '@manabi/testing';
import { runKernel } from './run-kernel.fixture.ts';
import { chooseVectors } from './vector-choice.ts';

const load = (scalar: number, slot: number, index = axisIndex(0, 2)): Statement => ({
  kind: 'define',
  scalar,
  instruction: { kind: 'load', slot, index },
});
const store = (slot: number, value: number, index = axisIndex(0, 2)): Statement => ({
  kind: 'store',
  slot,
  index,
  value,
  combine: 'set',
});
const loop = (axis: number, ...body: Block): Statement => ({ kind: 'loop', axis, body });
const randomArray = (dtype: DType, length: number, seed: number) => newRandomArray(dtype, length, randomSource(seed));
const shuffled = (tasks: number) => randomSource(tasks).permutation(tasks);
const floats = (...values: number[]) => hostArray('float32', [values.length], Float32Array.from(values));
const zeros = (dtype: DType, length: number) => ({ ...randomArray(dtype, length, 1), shape: [length] });

/** Returns a kernel: slot 1 = tanh(slot 0) + index. */
function mapKernel(extent: number): Kernel {
  return {
    name: 'map',
    axes: [{ extent, kind: 'parallel' }],
    scalars: ['float32', 'float32', 'int32', 'float32', 'float32'],
    accumulators: [],
    body: [
      loop(
        0,
        load(0, 0),
        { kind: 'define', scalar: 1, instruction: { kind: 'scalar', op: 'tanh', operands: [0] } },
        { kind: 'define', scalar: 2, instruction: { kind: 'index', index: axisIndex(0, extent) } },
        { kind: 'define', scalar: 3, instruction: { kind: 'scalar', op: 'cast', operands: [2] } },
        { kind: 'define', scalar: 4, instruction: { kind: 'scalar', op: 'add', operands: [1, 3] } },
        store(1, 4),
      ),
    ],
  };
}

/**
 * Returns a kernel: slot 1 [rows] = maximum of each row of slot 0 [rows, columns], or of each column of [columns, rows].
 */
function maxKernel(rows: number, columns: number, alongColumns: boolean): Kernel {
  const [row, column] = [axisIndex(0, rows), axisIndex(1, columns)];
  const index = alongColumns ? addIndex(row, scaleIndex(column, rows)) : addIndex(scaleIndex(row, columns), column);
  return {
    name: 'max',
    axes: [
      { extent: rows, kind: 'parallel' },
      { extent: columns, kind: 'reduce' },
    ],
    scalars: ['float32', 'float32'],
    accumulators: ['float32'],
    body: [
      loop(
        0,
        { kind: 'begin', accumulator: 0, initial: Number.NEGATIVE_INFINITY },
        loop(1, load(0, 0, index), { kind: 'accumulate', accumulator: 0, combine: 'max', value: 0 }),
        { kind: 'define', scalar: 1, instruction: { kind: 'accumulator', accumulator: 0 } },
        store(1, 1, row),
      ),
    ],
  };
}

describe('an elementwise kernel', () => {
  test('computes the same bits for an element at every position', () => {
    const x = 0.7654321;
    const long = runKernel(mapKernel(37), [floats(...new Array<number>(37).fill(x)), zeros('float32', 37)]).slots[1];
    for (let extent = 1; extent < 37; extent++) {
      const input = floats(...new Array<number>(extent).fill(x));
      const { slots } = runKernel(mapKernel(extent), [input, zeros('float32', extent)]);
      expect(slots[1].data).toEqual(long.data.slice(0, extent));
    }
  });

  test('computes the same bits in one call and in tasks in any order', () => {
    const extent = 70_001;
    const arrays = [randomArray('float32', extent, 3), zeros('float32', extent)];
    const whole = runKernel(mapKernel(extent), arrays);
    expect(whole.tasks).toBeGreaterThan(4);
    const pieces = runKernel(mapKernel(extent), arrays, { order: shuffled });
    expect(bitsOf(pieces.slots[1])).toEqual(bitsOf(whole.slots[1]));
  });

  test('writes nothing if there are no elements', () => {
    expect(runKernel(mapKernel(0), [floats(), floats()]).slots[1].data).toEqual(new Float32Array(0));
  });
});

describe('a reduction kernel', () => {
  test.each([false, true])('returns NaN if any element is NaN (maximum of columns: %p)', (alongColumns) => {
    const [rows, columns] = [7, 19];
    const kernel = maxKernel(rows, columns, alongColumns);
    expect(chooseVectors(kernel).choices.size).toBe(1);
    for (let at = 0; at < rows * columns; at++) {
      const input = randomArray('float32', rows * columns, 5);
      input.data[at] = Number.NaN;
      const expected = interpretOn(kernel, [input, zeros('float32', rows)])[1];
      expect(runKernel(kernel, [input, zeros('float32', rows)]).slots[1].data).toEqual(expected.data);
    }
  });

  test('returns -Infinity for no elements and for elements that are all -Infinity', () => {
    const minus = new Array<number>(14).fill(Number.NEGATIVE_INFINITY);
    expect(runKernel(maxKernel(2, 7, false), [floats(...minus), zeros('float32', 2)]).slots[1].data).toEqual(
      Float32Array.of(Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY),
    );
    expect(runKernel(maxKernel(2, 0, false), [floats(), zeros('float32', 2)]).slots[1].data).toEqual(
      Float32Array.of(Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY),
    );
  });

  test('computes the same bits for any division of its rows into tasks', () => {
    const kernel = maxKernel(3000, 33, false);
    const arrays = [randomArray('float32', 3000 * 33, 9), zeros('float32', 3000)];
    const whole = runKernel(kernel, arrays);
    expect(whole.tasks).toBeGreaterThan(1);
    expect(runKernel(kernel, arrays, { order: shuffled }).slots[1].data).toEqual(whole.slots[1].data);
  });
});

describe('an index checked at run time', () => {
  const gather = (extent: number, length: number): Kernel => ({
    name: 'gather',
    axes: [{ extent, kind: 'parallel' }],
    scalars: ['int32', 'int32', 'float32'],
    accumulators: [],
    body: [
      loop(
        0,
        load(0, 0),
        { kind: 'define', scalar: 1, instruction: { kind: 'checkedIndex', operand: 0, extent: length, site: 6 } },
        load(2, 1, dataIndex(1, length)),
        store(2, 2),
      ),
    ],
  });

  test('reads the element at a valid index', () => {
    const indices = hostArray('int32', [6], Int32Array.of(2, 0, 1, 2, 2, 0));
    const { slots, record } = runKernel(gather(6, 3), [indices, floats(10, 11, 12), zeros('float32', 6)]);
    expect(slots[2].data).toEqual(Float32Array.of(12, 10, 11, 12, 12, 10));
    expect(record).toEqual([0, 0, 0]);
  });

  test.each([
    [4, 3],
    [5, -1],
    [5, 2 ** 31 - 1],
  ])('is recorded if it is out of range, and another element is read instead (position %d, index %d)', (at, bad) => {
    const indices = hostArray('int32', [6], Int32Array.of(2, 0, 1, 2, 2, 0));
    indices.data[at] = bad;
    const { record } = runKernel(gather(6, 3), [indices, floats(10, 11, 12), zeros('float32', 6)]);
    expect(record).toEqual([7, bad, at]);
  });
});

describe('kernels', () => {
  test('read elements in reverse order, with a stride, and with a stride of 0', () => {
    const extent = 11;
    const axis = axisIndex(0, extent);
    const kernel: Kernel = {
      name: 'read',
      axes: [{ extent, kind: 'parallel' }],
      scalars: ['uint8', 'uint8', 'uint8', 'uint8', 'uint8'],
      accumulators: [],
      body: [
        loop(
          0,
          load(0, 0, addIndex(constantIndex(extent - 1), scaleIndex(axis, -1))),
          load(1, 0, scaleIndex(axis, 3)),
          load(2, 0, constantIndex(5)),
          { kind: 'define', scalar: 3, instruction: { kind: 'scalar', op: 'mul', operands: [0, 1] } },
          { kind: 'define', scalar: 4, instruction: { kind: 'scalar', op: 'sub', operands: [3, 2] } },
          store(1, 4),
        ),
      ],
    };
    const arrays = [randomArray('uint8', 3 * extent, 2), zeros('uint8', extent)];
    expect(runKernel(kernel, arrays).slots[1].data).toEqual(interpretOn(kernel, arrays)[1].data);
  });
});

describe('a transposing kernel', () => {
  /** Returns a kernel: slot 3 [y, m, x] = slot 0 [x, m, y] + slot 1 [y] * slot 2 [x]. */
  const transpose = (dtype: DType, y: number, m: number, x: number): Kernel => {
    const [i, j, k] = [axisIndex(0, y), axisIndex(1, m), axisIndex(2, x)];
    const position = (a: typeof i, b: typeof i, c: typeof i, inner: number) =>
      addIndex(addIndex(scaleIndex(a, m * inner), scaleIndex(b, inner)), c);
    return {
      name: 'transpose',
      axes: [y, m, x].map((extent) => ({ extent, kind: 'parallel' })),
      scalars: new Array<DType>(5).fill(dtype),
      accumulators: [],
      body: [
        loop(
          0,
          loop(
            1,
            loop(
              2,
              load(0, 0, position(k, j, i, y)),
              load(1, 1, i),
              load(2, 2, k),
              { kind: 'define', scalar: 3, instruction: { kind: 'scalar', op: 'mul', operands: [1, 2] } },
              { kind: 'define', scalar: 4, instruction: { kind: 'scalar', op: 'add', operands: [0, 3] } },
              store(3, 4, position(i, j, k, x)),
            ),
          ),
        ),
      ],
    };
  };

  test.each(['float32', 'int32', 'uint8'] as const)('transposes %s in full and partial tiles', (dtype) => {
    for (const [y, m, x] of [
      [4, 1, 4],
      [5, 1, 6],
      [16, 2, 16],
      [19, 1, 23],
      [23, 3, 17],
      [33, 1, 34],
      [48, 1, 7],
      [6, 2, 49],
    ]) {
      const kernel = transpose(dtype, y, m, x);
      const arrays = [y * m * x, y, x, y * m * x].map((length, slot) => randomArray(dtype, length, slot));
      expect([...chooseVectors(kernel).choices.values()].map(({ kind }) => kind)).toEqual(['tiles']);
      const single = runKernel(kernel, arrays, { scalar: true });
      expect(bitsOf(runKernel(kernel, arrays).slots[3])).toEqual(bitsOf(single.slots[3]));
    }
  });

  test('computes the same bits when divided into tasks', () => {
    const kernel = transpose('float32', 300, 1, 301);
    const arrays = [300 * 301, 300, 301, 300 * 301].map((length, slot) => randomArray('float32', length, slot));
    const whole = runKernel(kernel, arrays);
    expect(whole.tasks).toBeGreaterThan(1);
    expect(runKernel(kernel, arrays, { order: shuffled }).slots[3].data).toEqual(whole.slots[3].data);
  });
});
