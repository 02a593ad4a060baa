import { beforeAll, describe, expect, test } from '@jest/globals';
import { createCpuBackend } from '@manabi/backend-cpu';
import {
  applyComposite,
  type Backend,
  type Graph,
  graphBuilder,
  type HostArray,
  hostArray,
  sizeOf,
  vjpGraph,
} from '@manabi/ir';
import { inspectOnnx } from '@manabi/onnx';
import { graphToOnnx } from '@manabi/onnx/backend';
import { createOnnxRuntimeBackend, type OnnxRuntimeBackend } from './backend.ts';

let backend: OnnxRuntimeBackend;

beforeAll(async () => {
  backend = await createOnnxRuntimeBackend({ threads: 1, fallback: createCpuBackend(), leastOperations: 0 });
});

/** Returns a graph of the cotangents of inputs of a graph with one output. */
function gradientsOf(graph: Graph, wrt: readonly number[]): Graph {
  const both = vjpGraph(graph, { wrt });
  return { ...both, outputs: both.outputs.slice(1) };
}

/** Creates the gradient of a GELU. */
function slope(shape: readonly number[]): Graph {
  const b = graphBuilder();
  const x = b.input({ dtype: 'float32', shape });
  return gradientsOf(b.finish(applyComposite(b, 'gelu', [x], { approximate: false })), [0]);
}

/** Creates the gradient of a GELU between two channels-last convolutions. */
function slopeOfImages(): Graph {
  const b = graphBuilder();
  const x = b.input({ dtype: 'float32', shape: [2, 12, 12, 3] });
  const filters = [
    [8, 3, 3, 3],
    [4, 8, 3, 3],
  ].map((shape) => b.input({ dtype: 'float32', shape }));
  const steps = { strides: [1, 1], lhsDilation: [1, 1], rhsDilation: [1, 1], groups: 1 };
  const padding = [
    [0, 0],
    [0, 0],
  ] as const;
  const convolved = (images: number, by: number) =>
    b.transpose(b.conv(b.transpose(images, [0, 3, 1, 2]), by, { ...steps, padding }), [0, 2, 3, 1]);
  const [active] = applyComposite(b, 'gelu', [convolved(x, filters[0])], { approximate: false });
  return gradientsOf(b.finish([convolved(active, filters[1])]), [0, 1, 2]);
}

async function resultsOn(on: Backend, graph: Graph, inputs: readonly HostArray[]): Promise<readonly Float64Array[]> {
  const executable = await on.compile(graph, { donated: [] });
  const made = await executable.run(inputs.map((input) => on.upload(input)));
  const results: Float64Array[] = [];
  for (const buffer of made) results.push(Float64Array.from((await on.read(buffer)).data));
  return results;
}

/** Expects the results of the CPU, up to an error relative to the largest element. */
async function expectClose(graph: Graph, inputs: readonly HostArray[], error: number): Promise<void> {
  const [made, expected] = [
    await resultsOn(backend, graph, inputs),
    await resultsOn(createCpuBackend(), graph, inputs),
  ];
  for (const [i, array] of expected.entries()) {
    const largest = array.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const farthest = array.reduce((most, value, at) => {
      const isEqual = Object.is(value, made[i][at]) || value === made[i][at];
      return isEqual ? most : Math.max(most, Math.abs(value - made[i][at]));
    }, 0);
    expect(largest).toBeGreaterThan(0);
    expect(farthest).toBeLessThanOrEqual(error * largest);
  }
}

const array = (shape: readonly number[], elementAt: (i: number) => number): HostArray =>
  hostArray(
    'float32',
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => elementAt(i)),
  );

const typesOf = ({ types, inputCount }: Graph) => types.slice(0, inputCount);

describe('the gradient of GELU', () => {
  const shape = [40, 50];

  test('is written with Erf and Exp, and a guard', () => {
    const { operators } = inspectOnnx(graphToOnnx(slope(shape), { isGuarded: true }).file);
    expect(operators).toMatchObject({ Erf: 1, Exp: 1, ReduceSum: 1 });
    expect(operators).not.toHaveProperty('Where');
    expect(inspectOnnx(graphToOnnx(slope(shape)).file).operators).toMatchObject({ Where: 1 });
  });

  test.each([
    ['between -8 and 8', (i: number) => (i - 1000) / 125],
    ['far from 0', (i: number) => (i - 1000) * 1e35],
  ])('differs from that of the CPU by rounding %s', async (_, elementAt) => {
    const graph = slope(shape);
    const [x, ...rest] = typesOf(graph);
    const others = rest.map((type) => array(type.shape, () => 1));
    await expectClose(graph, [array(x.shape, elementAt), ...others], 3e-7);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'is that of the CPU for %d',
    async (element) => {
      const graph = slope(shape);
      const [x, ...rest] = typesOf(graph);
      const others = rest.map((type) => array(type.shape, () => 1));
      const given = array(x.shape, (i) => (i === 7 ? element : i / 2000));
      const [[made], [expected]] = [
        await resultsOn(backend, graph, [given, ...others]),
        await resultsOn(createCpuBackend(), graph, [given, ...others]),
      ];
      // Adding 0 replaces -0 by 0.
      expect(made[7] + 0).toBe(expected[7] + 0);
      for (const [i, value] of expected.entries()) if (i !== 7) expect(made[i]).toBeCloseTo(value, 6);
    },
  );

  test('moves behind the transposes of channels-last images', async () => {
    const graph = slopeOfImages();
    const { operators } = inspectOnnx(graphToOnnx(graph, { isGuarded: true }).file);
    expect(operators).toMatchObject({ Erf: 1, Exp: 1 });
    const inputs = typesOf(graph).map((type, input) => array(type.shape, (i) => Math.sin(i * 1.7 + input)));
    await expectClose(graph, inputs, 2e-6);
  });
});
