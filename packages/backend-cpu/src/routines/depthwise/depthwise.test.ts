import { describe, expect, test } from '@jest/globals';
import { type Attributes, type Graph, gradGraph, graphBuilder } from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';
import { assertArraysClose, type RandomSource, randomSource } from '@manabi/testing';
import { createBackendOn, createCpuBackend } from '../../backend.ts';
import { EdgeAllocator } from '../../memory/edge-allocator.ts';
import { arraysFor, backends, run } from '../run-graph.fixture.ts';

/** A depthwise convolution of channels-last images and filters, as layers compute it. */
interface Case extends Omit<Attributes['conv'], 'groups'> {
  readonly count: number;
  readonly channels: number;
  readonly multiplier: number;
  readonly lengths: readonly number[];
  readonly kernel: readonly number[];
  /** Whether channels are first in memory, as in networks of other frameworks. */
  readonly channelsFirst: boolean;
  /** Whether zeros are added around the image before the convolution. */
  readonly padsBefore: boolean;
}

function randomCase(random: RandomSource): Case | null {
  const one = (below: number): number => (random.next() < 0.5 ? 1 : random.integer(1, below));
  const rank = [1, 2, 2, 2, 3][random.integer(0, 5)];
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  const kernel = axes.map(() => random.integer(1, rank === 3 ? 4 : 8));
  const lengths = axes.map(() => random.integer(1, rank === 3 ? 8 : 14));
  const rhsDilation = axes.map(() => one(4));
  const lhsDilation = axes.map(() => (random.next() < 0.8 ? 1 : random.integer(1, 4)));
  const padding = axes.map(() => [random.integer(-1, 4), random.integer(-1, 4)] as const);
  const spans = kernel.map((length, axis) => (length - 1) * rhsDilation[axis] + 1);
  const padded = lengths.map(
    (length, axis) => (length - 1) * lhsDilation[axis] + 1 + padding[axis][0] + padding[axis][1],
  );
  if (spans.some((span, axis) => span > padded[axis])) return null;
  return {
    count: random.integer(1, 4),
    channels: random.integer(2, 14),
    multiplier: one(4),
    lengths,
    kernel,
    strides: axes.map(() => one(4)),
    padding,
    lhsDilation,
    rhsDilation,
    channelsFirst: random.next() < 0.2,
    padsBefore: random.next() < 0.2,
  };
}

/** Returns the graph of a convolution with a bias and a ReLU, and of its gradients. */
function graphOf({ count, channels, multiplier, lengths, kernel, channelsFirst, padsBefore, ...window }: Case): Graph {
  const b = graphBuilder();
  const axes = lengths.map((_, axis) => axis);
  const last = axes.length + 1;
  let image = b.input({
    dtype: 'float32',
    shape: channelsFirst ? [count, channels, ...lengths] : [count, ...lengths, channels],
  });
  const filters = b.input({ dtype: 'float32', shape: [...kernel, channels, multiplier] });
  const bias = b.input({ dtype: 'float32', shape: [channels * multiplier] });
  if (padsBefore) {
    const around = b.shape(image).map((_, axis) => (axis > 0 && axis !== (channelsFirst ? 1 : last) ? 1 : 0));
    image = b.pad(
      image,
      b.constant(0, 'float32'),
      around,
      around,
      around.map(() => 0),
    );
  }
  const x = channelsFirst ? image : b.transpose(image, [0, last, ...axes.map((axis) => axis + 1)]);
  const w = b.reshape(b.transpose(filters, [axes.length, last, ...axes]), [channels * multiplier, 1, ...kernel]);
  const [y] = b.emit('conv', [x, w], { ...window, groups: channels });
  const biased = b.add(y, b.expand(bias, b.shape(y), [1]));
  const active = b.max(biased, b.constant(0, 'float32', b.shape(y)));
  const result = b.transpose(active, [0, ...axes.map((axis) => axis + 2), 1]);
  const loss = b.reduceSum(
    b.mul(result, result),
    b.shape(result).map((_, axis) => axis),
  );
  return gradGraph(b.finish([loss, result]), { wrt: [0, 1, 2] });
}

const withoutRoutines = createCpuBackend({ threads: 1, routines: [] });

describe('depthwise', () => {
  const names = ['loss', 'result', 'image gradient', 'filter gradient', 'bias gradient'];
  let used = 0;
  const seeds = Array.from({ length: Math.ceil(Number(process.env.MANABI_FUZZ ?? 1200) / 20) }, (_, seed) => seed);

  test.each(seeds)('convolutions and gradients equal the reference (seed %i)', async (seed) => {
    const random = randomSource(seed);
    const given = randomCase(random);
    if (given === null) return;
    const graph = graphOf(given);
    const arrays = arraysFor(graph, random);
    const expected = interpret(graph, arrays);
    const { read, plan } = await run(backends[0], graph, arrays);
    used += Number(/depthwise/.test(plan));
    // Terms are at most 1, and a sum has at most a few thousand of them.
    read.forEach(({ data }, i) => {
      assertArraysClose(data, expected[i].data, { rtol: 1e-5, atol: 1e-4 }, `${names[i]} of ${JSON.stringify(given)}`);
    });
    for (const backend of backends.slice(1)) {
      const other = await run(backend, graph, arrays);
      expect(other.read.map(({ data }) => data)).toEqual(read.map(({ data }) => data));
    }
    const plain = await run(withoutRoutines, graph, arrays);
    plain.read.forEach(({ data }, i) => {
      assertArraysClose(read[i].data, data, { rtol: 1e-5, atol: 1e-4 }, names[i]);
    });
  });

  test('multiplies padding and inserted zeros like other elements', async () => {
    for (const [lhsDilation, stride] of [
      [1, 1],
      [2, 1],
      [3, 2],
      [1, 2],
    ]) {
      const b = graphBuilder();
      const x = b.input({ dtype: 'float32', shape: [2, 4, 5, 6] });
      const w = b.input({ dtype: 'float32', shape: [6, 1, 3, 3] });
      const axes = [0, 1];
      const [y] = b.emit('conv', [b.transpose(x, [0, 3, 1, 2]), w], {
        strides: axes.map(() => stride),
        padding: axes.map(() => [1, 2] as const),
        lhsDilation: axes.map(() => lhsDilation),
        rhsDilation: [1, 1],
        groups: 6,
      });
      const graph = b.finish([b.transpose(y, [0, 2, 3, 1])]);
      const random = randomSource(lhsDilation);
      const arrays = arraysFor(graph, random);
      for (let i = 0; i < 5; i++) arrays[1].data[random.integer(0, 54)] = [Infinity, -Infinity, Number.NaN, 0, -0][i];
      const expected = interpret(graph, arrays);
      const { read, plan } = await run(backends[0], graph, arrays);
      expect(plan).toContain('depthwise');
      assertArraysClose(read[0].data, expected[0].data, { rtol: 1e-5, atol: 1e-5 });
    }
  });

  test('gradients of filters treat infinite gradients at padding like other elements', async () => {
    const b = graphBuilder();
    const x = b.input({ dtype: 'float32', shape: [1, 6, 5, 7, 1] });
    const g = b.input({ dtype: 'float32', shape: [6, 1, 5, 7] });
    const [y] = b.emit('conv', [b.reshape(b.transpose(x, [4, 0, 1, 2, 3]), [1, 6, 5, 7]), g], {
      strides: [1, 1],
      padding: [
        [1, 1],
        [1, 1],
      ],
      lhsDilation: [1, 1],
      rhsDilation: [1, 1],
      groups: 6,
    });
    const graph = b.finish([y]);
    const arrays = arraysFor(graph, randomSource(1));
    for (const at of [0, 40, 77, 120]) arrays[1].data[at] = Infinity;
    const expected = interpret(graph, arrays);
    const { read, plan } = await run(backends[0], graph, arrays);
    expect(plan).toContain('depthwise');
    assertArraysClose(read[0].data, expected[0].data, { rtol: 1e-5, atol: 1e-5 });
  });

  test.each([0, 1, 2])('reads nothing past the end of operand %i', async (edge) => {
    for (let seed = 100; seed < 130; seed++) {
      const random = randomSource(seed);
      const given = randomCase(random);
      if (given === null) continue;
      const graph = graphOf(given);
      const arrays = arraysFor(graph, random);
      const allocator = new EdgeAllocator(12, false);
      const backend = createBackendOn(() => allocator, { threads: 1 });
      allocator.chooseAfter(edge);
      const { read } = await run(backend, graph, arrays);
      const { read: other } = await run(backends[0], graph, arrays);
      expect(read.map(({ data }) => data)).toEqual(other.map(({ data }) => data));
    }
  });

  test('computes most of these convolutions', () => {
    expect(used).toBeGreaterThan(seeds.length / 3);
  });
});
