import { describe, expect, test } from '@jest/globals';
import { type Graph, graphBuilder, type HostArray, hostArray } from '@manabi/ir';
import { matMulIntegerCall } from '@manabi/ir/quantized';
import { interpret } from '@manabi/ir/reference';
import { randomSource } from '@manabi/testing';
import { createCpuBackend } from '../../backend.ts';
import { backends, run } from '../run-graph.fixture.ts';

const withoutRoutines = createCpuBackend({ threads: 1, routines: [] });
const exact = createCpuBackend({ threads: 1, exact: true });

/** Returns a product followed by operators that become its epilogue: scales per column, and a bias. */
function scaledProduct(rows: number, depth: number, columns: number): Graph {
  const b = graphBuilder();
  const left = b.input({ dtype: 'uint8', shape: [rows, depth] });
  const right = b.input({ dtype: 'uint8', shape: [depth, columns] });
  const scale = b.input({ dtype: 'float32', shape: [columns] });
  const types = [left, right].map((value) => b.type(value));
  const [sums] = b.emit('call', [left, right], matMulIntegerCall(types));
  const floats = b.cast(sums, 'float32');
  return b.finish([sums, b.max(b.div(floats, b.expand(scale, [rows, columns], [1])), b.full(floats, -1000))]);
}

function inputsOf(graph: Graph, rows: number, depth: number, columns: number, seed: number): HostArray[] {
  const random = randomSource(seed);
  const bytes = (length: number) => Uint8Array.from({ length }, () => random.integer(0, 256));
  expect(graph.inputCount).toBe(3);
  return [
    hostArray('uint8', [rows, depth], bytes(rows * depth)),
    hostArray('uint8', [depth, columns], bytes(depth * columns)),
    hostArray(
      'float32',
      [columns],
      Float32Array.from({ length: columns }, () => random.uniform(0.5, 2)),
    ),
  ];
}

describe('matMulInteger', () => {
  test.each([
    [1, 1, 1],
    [1, 3, 100],
    [1, 129, 131],
    [1, 784, 512],
    [2, 5, 15],
    [2, 32, 96],
    [3, 33, 129],
    [4, 4, 8],
    [4, 17, 7],
    [5, 16, 64],
    [31, 41, 65],
    [32, 256, 128],
    [33, 2, 9],
    [70, 300, 200],
    [128, 64, 10],
  ])(
    'computes the bits of the reference for %i rows, depth %i and %i columns, on any number of threads',
    async (rows, depth, columns) => {
      const graph = scaledProduct(rows, depth, columns);
      const inputs = inputsOf(graph, rows, depth, columns, rows + depth + columns);
      const expected = interpret(graph, inputs);
      for (const backend of [...backends, exact, withoutRoutines]) {
        const { read, plan } = await run(backend, graph, inputs);
        expect(read).toEqual(expected);
        expect(plan.includes('matMulInteger')).toBe(backend !== withoutRoutines);
      }
    },
  );

  test.each([
    ['no row has', () => false],
    ['some blocks have', (row: number) => row % 8 === 5],
    ['only the last row has', (row: number, rows: number) => row === rows - 1],
  ])('computes the bits of the reference if %s negative elements', async (_, isNegative) => {
    for (const [rows, depth, columns] of [
      [4, 4, 8],
      [5, 1, 3],
      [23, 37, 21],
      [33, 70, 64],
    ]) {
      const graph = scaledProduct(rows, depth, columns);
      const inputs = inputsOf(graph, rows, depth, columns, rows + depth);
      const [{ data }] = inputs;
      for (let i = 0; i < rows * depth; i++) data[i] = Math.floor(data[i] / 2) + 128;
      // A single negative element, at another position in each row.
      for (let row = 0; row < rows; row++) if (isNegative(row, rows)) data[row * depth + (row % depth)] = 127;
      const expected = interpret(graph, inputs);
      for (const backend of [...backends, exact]) expect((await run(backend, graph, inputs)).read).toEqual(expected);
    }
  });

  test.each([0, 255])('adds products of 127 and weights of %i - 128 exactly', async (weight) => {
    const graph = scaledProduct(9, 1000, 11);
    const inputs = [
      hostArray('uint8', [9, 1000], new Uint8Array(9000).fill(255)),
      hostArray('uint8', [1000, 11], new Uint8Array(11000).fill(weight)),
      hostArray('float32', [11], new Float32Array(11).fill(1)),
    ];
    for (const backend of [backends[0], exact]) {
      const [sums] = (await run(backend, graph, inputs)).read;
      expect(new Set(sums.data)).toEqual(new Set([1000 * 127 * (weight - 128)]));
    }
  });

  test('adds products of the extreme values without overflow of 16 bits', async () => {
    const graph = scaledProduct(9, 1000, 11);
    const inputs = [
      hostArray('uint8', [9, 1000], new Uint8Array(9000)),
      hostArray('uint8', [1000, 11], new Uint8Array(11000).fill(255)),
      hostArray('float32', [11], new Float32Array(11).fill(1)),
    ];
    const [sums] = (await run(backends[0], graph, inputs)).read;
    expect(new Set(sums.data)).toEqual(new Set([1000 * -128 * 127]));
  });
});
