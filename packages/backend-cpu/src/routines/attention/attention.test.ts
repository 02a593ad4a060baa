import { describe, expect, test } from '@jest/globals';
import { type Graph, type HostArray, vjpGraph } from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';
import { assertArraysClose, randomSource } from '@manabi/testing';
import { createBackendOn, createCpuBackend } from '../../backend.ts';
import { EdgeAllocator } from '../../memory/edge-allocator.ts';
import { backends, run } from '../run-graph.fixture.ts';
import { gradientDivision } from './division.ts';
import { type AttentionCase, attentionGraph, inputsOf, randomCase } from './random-attention.fixture.ts';

const COUNT = Math.max(24, Number(process.env.MANABI_FUZZ ?? 0));

const exact = createCpuBackend({ threads: 1, exact: true });

/** Computes bodies of attention with other routines, much faster than the reference. */
const bodies = createCpuBackend({ threads: 1, routines: ['dot'] });

const NONE = { offset: 0, batchStrides: [], rowStride: 0, columnStride: 0 };

/** Returns the graph of the gradients for queries, keys, values and an added mask. */
const gradientOf = (graph: Graph, added: boolean): Graph => vjpGraph(graph, { wrt: added ? [0, 1, 2, 3] : [0, 1, 2] });

/** Checks the results on backends with all routines against those of a reference, and the bits against each other. */
async function check(
  graph: Graph,
  inputs: readonly HostArray[],
  steps: readonly string[],
  label: string,
  expected: readonly HostArray[] = interpret(graph, inputs),
) {
  const [first, ...others] = await Promise.all([...backends, exact].map((backend) => run(backend, graph, inputs)));
  for (const name of steps) expect(first.plan).toMatch(new RegExp(`: ${name} `));
  for (const [i, { data }] of first.read.entries()) {
    assertArraysClose(data, expected[i].data, { rtol: 1e-4, atol: 2e-5 }, `${label}, result ${i}`);
  }
  for (const { read } of others.slice(0, -1)) expect(read).toEqual(first.read);
  for (const [i, { data }] of others[others.length - 1].read.entries()) {
    assertArraysClose(data, expected[i].data, { rtol: 1e-4, atol: 2e-5 }, `${label}, exact result ${i}`);
  }
  return first;
}

describe('attention', () => {
  test('computes random cases as the reference does, with the same bits on any number of threads', async () => {
    for (let seed = 1; seed <= COUNT; seed++) {
      const random = randomSource(seed);
      const given = randomCase(random);
      const graph = attentionGraph(given, seed % 2 === 0 ? random : null);
      await check(graph, inputsOf(graph, random), ['attention'], `${seed}: ${JSON.stringify(given)}`);
    }
  });

  test('computes the gradients of random cases as the reference does, in one step', async () => {
    for (let seed = 1; seed <= COUNT; seed++) {
      const random = randomSource(seed);
      const given = randomCase(random);
      const forward = attentionGraph(given, seed % 2 === 0 ? random : null);
      const graph = gradientOf(forward, given.mask === 'float32');
      const label = `${seed}: ${JSON.stringify(given)}`;
      const isComputedByBody = !given.causal || given.mask !== null;
      const steps = isComputedByBody ? [] : ['attention', 'attentionGradient'];
      await check(graph, inputsOf(graph, random), steps, label);
    }
  });

  // Fewer scores with a gradient are stored, unless half of them are hidden.
  test.each([
    { batch: [5], queries: 650, keys: 647, features: 6, width: 4, mask: null, causal: false },
    { batch: [1, 3], queries: 900, keys: 803, features: 4, width: 8, mask: 'bool', causal: false },
    { batch: [17], queries: 352, keys: 360, features: 8, width: 8, mask: 'bool', causal: true },
    { batch: [], queries: 1500, keys: 1500, features: 3, width: 5, mask: 'float32', causal: true },
  ] as const)('computes the gradients of many scores: %j', async (given: AttentionCase) => {
    const random = randomSource(given.queries);
    const graph = vjpGraph(attentionGraph(given), { wrt: [0, 1, 2] });
    const inputs = inputsOf(graph, random);
    const { read } = await run(bodies, graph, inputs);
    const { plan } = await check(graph, inputs, ['attention', 'attentionGradient'], 'many scores', read);
    const scores = given.batch.reduce((product, length) => product * length, given.queries * given.keys);
    for (const [, elements] of plan.matchAll(/(?:float32|bool)\[(\d+)\] arena/g))
      expect(Number(elements)).toBeLessThan(scores / 8);
  });

  test('stores few scores with a gradient, but not those of a prediction', async () => {
    const given = { batch: [2], queries: 40, keys: 40, features: 8, width: 8, mask: null, causal: false } as const;
    const forward = attentionGraph(given);
    const [graph, random] = [gradientOf(forward, false), randomSource(1)];
    expect((await check(graph, inputsOf(graph, random), [], 'gradient')).plan).not.toContain('attention');
    await check(forward, inputsOf(forward, random), ['attention'], 'prediction');
  });

  test('averages all values for a query without visible keys, also those after its last visible block', async () => {
    const given = { batch: [], queries: 300, keys: 300, features: 4, width: 4, mask: 'bool', causal: true } as const;
    const graph = attentionGraph(given);
    const inputs = inputsOf(graph, randomSource(1));
    inputs[3].data.fill(1);
    for (const row of [0, 5, 40, 299]) inputs[3].data.fill(0, row * 300, (row + 1) * 300);
    await check(graph, inputs, ['attention'], 'hidden rows');
  });

  test('continues after keys with scores of -Infinity, and returns NaN if there are no others', async () => {
    const given = { batch: [], queries: 9, keys: 300, features: 4, width: 4, mask: 'float32', causal: false } as const;
    const graph = attentionGraph(given);
    const inputs = inputsOf(graph, randomSource(2));
    const mask = inputs[3].data;
    mask.fill(Number.NEGATIVE_INFINITY, 0, 200);
    mask.fill(Number.NEGATIVE_INFINITY, 300, 600);
    mask[1000] = Number.NaN;
    mask[1300] = Number.POSITIVE_INFINITY;
    const { read } = await check(graph, inputs, ['attention'], 'infinite scores');
    const finiteRows = Array.from({ length: 9 }, (_, row) => Number.isFinite(read[0].data[4 * row]));
    expect(finiteRows).toEqual([true, false, true, false, false, true, true, true, true]);
  });

  // The same as in Keras; PyTorch returns 0 for a query whose scores are all -Infinity.
  test.each([4, 33, 200])(
    'averages hidden values for causal queries with scores of -Infinity among %i',
    async (length) => {
      for (const [row, score] of [
        [0, Number.NEGATIVE_INFINITY],
        [0, -3e38],
        [2, Number.NEGATIVE_INFINITY],
        [length - 1, Number.NEGATIVE_INFINITY],
      ]) {
        const given = {
          batch: [2],
          queries: length,
          keys: length,
          features: 1,
          width: 4,
          mask: null,
          causal: true,
        } as const;
        const forward = attentionGraph(given);
        const gradients = gradientOf(forward, false);
        const inputs = inputsOf(gradients, randomSource(length));
        const [queries, keys] = inputs;
        queries.data.fill(10);
        // All keys that this query of the first matrix attends to have this score, with the scale of 0.3.
        keys.data.fill(0).fill(score / 3, 0, row + 1);
        const label = `query ${row}, score ${score}`;
        const { read } = await check(forward, inputs.slice(0, 3), ['attention'], label);
        expect(read[0].data.every(Number.isFinite)).toBe(row < length - 1);
        // Gradients of infinite scores are NaN.
        if (Number.isFinite(score)) await check(gradients, inputs, ['attention', 'attentionGradient'], label);
      }
    },
  );

  test('does not read values after the last query of causal attention', async () => {
    const given = { batch: [2], queries: 64, keys: 64, features: 8, width: 8, mask: null, causal: true } as const;
    const graph = attentionGraph(given);
    const inputs = inputsOf(graph, randomSource(3));
    inputs[2].data.fill(Number.NaN, 8 * 60, 8 * 64);
    const [{ data }] = (await run(backends[0], graph, inputs)).read;
    expect(data.subarray(0, 8 * 32).every(Number.isFinite)).toBe(true);
    expect(data.subarray(8 * 60, 8 * 64).every(Number.isNaN)).toBe(true);
  });

  test.each([0, 1, 2, 3, 4])('accesses nothing past the end of memory after %i operands', async (edge) => {
    for (let seed = 100; seed < 112; seed++) {
      const random = randomSource(seed);
      const given = randomCase(random);
      const differentiates = given.causal && given.mask === null;
      const forward = attentionGraph(given, seed % 2 === 0 ? random : null);
      const graph = differentiates ? gradientOf(forward, false) : forward;
      const inputs = inputsOf(graph, random);
      const allocator = new EdgeAllocator(12, false);
      const backend = createBackendOn(() => allocator, { threads: 1 });
      allocator.chooseAfter(edge);
      const { read } = await run(backend, graph, inputs);
      expect(read).toEqual((await run(backends[0], graph, inputs)).read);
    }
  });

  test('limits the memory of the gradient of few large matrices', async () => {
    const { taskOffset, tasks, taskBytes } = gradientDivision({
      ...{ dtype: 'float32', batch: [], queries: 16384, keys: 16384, features: 512, width: 4096, scale: 1 },
      ...{ causal: true, mask: null, query: NONE, key: NONE, value: NONE },
    });
    // The gradients of the queries are 32 MiB.
    expect(taskOffset).toBeLessThanOrEqual(2 ** 26);
    expect(tasks * taskBytes).toBeLessThanOrEqual(2 ** 26);
  });
});
