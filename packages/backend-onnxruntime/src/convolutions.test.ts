import { describe, expect, test } from '@jest/globals';
import { createCpuBackend } from '@manabi/backend-cpu';
import {
  type Graph,
  graphBuilder,
  type HostArray,
  hostArray,
  inputTypes,
  type Padding,
  sizeOf,
  vjpGraph,
} from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';
import { graphToOnnx } from '@manabi/onnx/backend';
import * as runtime from 'onnxruntime-node';
import { createOnnxRuntimeBackend } from './backend.ts';
import { channelBlockOf } from './runtime/channel-block.ts';

/** A channels-last convolution of a layer, in which each channel has a filter of its own if `isSeparate`. */
interface Case {
  readonly images: readonly number[];
  readonly filters: readonly number[];
  readonly isSeparate?: boolean;
  readonly stride?: number;
  readonly dilation?: number;
  readonly padding?: Padding;
}

/** Creates the graph of a convolution and its gradients. */
function gradientsOf({ images, filters, isSeparate = false, stride = 1, dilation = 1, padding = [0, 0] }: Case): Graph {
  const b = graphBuilder();
  const x = b.input({ dtype: 'float32', shape: images });
  const weights = b.input({ dtype: 'float32', shape: filters });
  const made = b.conv(b.transpose(x, [0, 3, 1, 2]), b.transpose(weights, isSeparate ? [2, 3, 0, 1] : [3, 2, 0, 1]), {
    strides: [stride, stride],
    padding: [padding, padding],
    lhsDilation: [1, 1],
    rhsDilation: [dilation, dilation],
    groups: isSeparate ? images[3] : 1,
  });
  return vjpGraph(b.finish([b.mul(made, made)]), { wrt: [0, 1] });
}

/** Returns distinct multiples of 1/16 between -1 and 1 as the inputs of a graph. */
function inputsOf(graph: Graph): readonly HostArray[] {
  return inputTypes(graph).map(({ dtype, shape }, input) =>
    hostArray(
      dtype,
      shape,
      Float32Array.from({ length: sizeOf(shape) }, (_, i) => (((i * 7 + input) % 33) - 16) / 16),
    ),
  );
}

describe('convolutions of layers', () => {
  const separate = { filters: [3, 3, 32, 1], isSeparate: true };

  test.each<[string, Case]>([
    ['one filter per channel', { ...separate, images: [2, 5, 5, 32] }],
    ['one filter per channel, and padding', { ...separate, images: [2, 4, 4, 32], padding: [1, 1] }],
    ['one filter per channel, and strides', { ...separate, images: [2, 6, 6, 32], padding: [0, 1], stride: 2 }],
    ['one filter per channel, and dilation', { ...separate, images: [1, 7, 7, 32], padding: [2, 2], dilation: 2 }],
    ['one filter per channel, in no blocks', { images: [2, 4, 4, 20], filters: [3, 3, 20, 1], isSeparate: true }],
    ['filters of one element', { images: [2, 4, 4, 9], filters: [1, 1, 9, 10] }],
    ['filters of one element, and strides', { images: [2, 5, 5, 9], filters: [1, 1, 9, 10], stride: 2 }],
    ['small images', { images: [2, 4, 4, 9], filters: [3, 3, 9, 10], padding: [1, 1] }],
    ['small images, and strides', { images: [2, 5, 5, 9], filters: [3, 3, 9, 10], padding: [1, 1], stride: 2 }],
    ['larger images', { images: [4, 9, 9, 5], filters: [3, 3, 5, 6], padding: [1, 1] }],
  ])('have the results and gradients of the interpreter with %s', async (_, given) => {
    const graph = gradientsOf(given);
    const inputs = inputsOf(graph);
    const expected = interpret(graph, inputs);
    for (const threads of [1, 2]) {
      const backend = await createOnnxRuntimeBackend({ threads, fallback: createCpuBackend(), leastOperations: 0 });
      const executable = await backend.compile(graph, { donated: [] });
      expect(backend.placements()).toMatchObject([{ place: 'onnxruntime' }]);
      const made = await executable.run(inputs.map((input) => backend.upload(input)));
      for (const [i, { shape, data }] of expected.entries()) {
        const result = await backend.read(made[i]);
        expect(result.shape).toEqual(shape);
        const differences = [...data].map((value, at) => Math.abs(Number(value) - Number(result.data[at])));
        expect(Math.max(...differences)).toBeLessThan(1e-4);
      }
      executable.dispose();
    }
  });
});

describe('channelBlockOf', () => {
  test('finds the layout of the processor', async () => {
    expect([16, 8, null]).toContain(await channelBlockOf(runtime));
  });

  test('returns null if the runtime rejects the layout', async () => {
    const { InferenceSession: Session } = runtime;
    const isOwn = (bytes: Uint8Array): boolean => Buffer.from(bytes).includes('com.microsoft.nchwc');
    const create = (bytes: Uint8Array, options: object) =>
      isOwn(bytes) ? Promise.reject(new Error('No kernel.')) : Session.create(bytes, options);
    expect(await channelBlockOf({ ...runtime, InferenceSession: { create } })).toBeNull();
  });

  test('is not part of files for other purposes', () => {
    const graph = gradientsOf({ images: [2, 5, 5, 32], filters: [3, 3, 32, 1], isSeparate: true });
    expect(Buffer.from(graphToOnnx(graph).file).includes('com.microsoft.nchwc')).toBe(false);
    expect(Buffer.from(graphToOnnx(graph, { channelBlock: 8 }).file).includes('com.microsoft.nchwc')).toBe(true);
  });
});
