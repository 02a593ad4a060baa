import { describe, expect, test } from '@jest/globals';
import { type Graph, gradGraph, graphBuilder, type Padding } from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';
import { type RandomSource, randomSource } from '@manabi/testing';
import { createBackendOn, createCpuBackend } from '../../backend.ts';
import { EdgeAllocator } from '../../memory/edge-allocator.ts';
import { arraysFor, backends, run } from '../run-graph.fixture.ts';

interface Case {
  readonly count: number;
  readonly channels: number;
  readonly filters: number;
  readonly lengths: readonly number[];
  readonly padding: readonly Padding[];
  /** Whether channels are first in memory, as in networks of other frameworks. */
  readonly channelsFirst: boolean;
}

function randomCase(random: RandomSource): Case {
  const padding = [0, 1].map((): Padding => [random.integer(-1, 3), random.integer(-1, 3)]);
  return {
    count: random.integer(1, 4),
    channels: 8 * random.integer(2, 4),
    filters: 8 * random.integer(2, 4),
    lengths: padding.map(() => random.integer(5, 13)),
    padding,
    channelsFirst: random.next() < 0.3,
  };
}

/** Returns the graph of a convolution with a bias and a ReLU, and of its gradients. */
function graphOf({ count, channels, filters, lengths, padding, channelsFirst }: Case): Graph {
  const b = graphBuilder();
  const shape = channelsFirst ? [count, channels, ...lengths] : [count, ...lengths, channels];
  const image = b.input({ dtype: 'float32', shape });
  const kernel = b.input({ dtype: 'float32', shape: [3, 3, channels, filters] });
  const bias = b.input({ dtype: 'float32', shape: [filters] });
  const x = channelsFirst ? image : b.transpose(image, [0, 3, 1, 2]);
  const ones = [1, 1];
  const [y] = b.emit('conv', [x, b.transpose(kernel, [3, 2, 0, 1])], {
    strides: ones,
    padding,
    lhsDilation: ones,
    rhsDilation: ones,
    groups: 1,
  });
  const biased = b.add(y, b.expand(bias, b.shape(y), [1]));
  const result = b.transpose(b.max(biased, b.constant(0, 'float32', b.shape(y))), [0, 2, 3, 1]);
  const loss = b.reduceSum(b.mul(result, result), [0, 1, 2, 3]);
  return gradGraph(b.finish([loss, result]), { wrt: [0, 1, 2] });
}

/** Returns the largest error relative to the largest expected element. */
function errorOf(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [error, largest] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    error = Math.max(error, Math.abs(actual[i] - expected[i]));
    largest = Math.max(largest, Math.abs(expected[i]));
    if (Number.isNaN(actual[i])) return Number.NaN;
  }
  return error / Math.max(1, largest);
}

describe('winograd', () => {
  const seeds = Array.from({ length: Math.ceil(Number(process.env.MANABI_FUZZ ?? 480) / 20) }, (_, seed) => seed);
  let used = 0;

  test.each(seeds)(
    'convolutions and gradients equal the reference, with any number of threads (seed %i)',
    async (seed) => {
      const random = randomSource(seed);
      const given = randomCase(random);
      const graph = graphOf(given);
      const arrays = arraysFor(graph, random);
      const expected = interpret(graph, arrays);
      const { read, plan } = await run(backends[0], graph, arrays);
      used += plan.match(/winograd/g)?.length ?? 0;
      const errors = read.map(({ data }, i) => errorOf(data, expected[i].data));
      expect({ given, errors, close: errors.every((error) => error < 2e-6) }).toMatchObject({ close: true });
      for (const backend of backends.slice(1)) {
        const other = await run(backend, graph, arrays);
        expect(other.read.map(({ data }) => data)).toEqual(read.map(({ data }) => data));
      }
    },
  );

  test('computes most of these convolutions and gradients', () => {
    expect(used).toBeGreaterThan(1.5 * seeds.length);
  });

  test('is not used with `exact`', async () => {
    const random = randomSource(0);
    const graph = graphOf({ ...randomCase(random), channels: 16, filters: 16, lengths: [12, 12] });
    const arrays = arraysFor(graph, random);
    expect((await run(backends[0], graph, arrays)).plan).toContain('winograd');
    const { read, plan } = await run(createCpuBackend({ threads: 1, exact: true }), graph, arrays);
    expect(plan).not.toContain('winograd');
    expect(errorOf(read[1].data, interpret(graph, arrays)[1].data)).toBeLessThan(2e-6);
  });

  test.each([0, 1, 2])('reads nothing past the end of operand %i', async (edge) => {
    for (let seed = 100; seed < 108; seed++) {
      const random = randomSource(seed);
      const graph = graphOf(randomCase(random));
      const arrays = arraysFor(graph, random);
      const allocator = new EdgeAllocator(12, false);
      const backend = createBackendOn(() => allocator, { threads: 1 });
      allocator.chooseAfter(edge);
      const { read } = await run(backend, graph, arrays);
      const { read: other } = await run(backends[0], graph, arrays);
      expect(read.map(({ data }) => data)).toEqual(other.map(({ data }) => data));
    }
  });
});
