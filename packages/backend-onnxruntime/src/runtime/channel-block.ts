import { type Graph, graphBuilder, inputTypes, outputTypes, sizeOf } from '@manabi/ir';
import { graphToOnnx } from '@manabi/onnx/backend';
import { arrayOver, tensorOver } from './elements.ts';
import type { Runtime, RuntimeTensor } from './library.ts';

/** Numbers of channels of a block that ONNX Runtime uses: with AVX-512, and with AVX2. */
const BLOCKS = [16, 8];

/** A multiple of all numbers of channels of a block. */
const CHANNELS = 32;

/**
 * Returns the number of channels of a block in the layout in which ONNX Runtime itself computes convolutions with constant
 * filters. It depends on the processor, and is found by small convolutions whose results are compared with those in the usual
 * layout. Returns null if the runtime has no such layout, as in WebAssembly.
 */
export async function channelBlockOf(runtime: Runtime): Promise<number | null> {
  const graph = probe();
  const expected = await resultOf(runtime, graph, null);
  for (const block of BLOCKS) {
    const made = await resultOf(runtime, graph, block).catch(() => null);
    if (made !== null && made.length === expected.length && made.every((value, i) => value === expected[i]))
      return block;
  }
  return null;
}

/** Returns whether a graph has convolutions with several groups of channels. */
export function hasGroups({ nodes }: Graph): boolean {
  return nodes.some(({ op, attributes }) => op === 'conv' && 'groups' in attributes && attributes.groups > 1);
}

/** Creates a graph that convolves each channel of images with a filter of its own. */
function probe(): Graph {
  const b = graphBuilder();
  const x = b.input({ dtype: 'float32', shape: [2, CHANNELS, 3, 4] });
  const filters = b.input({ dtype: 'float32', shape: [CHANNELS, 1, 3, 3] });
  const padding = [1, 1] as const;
  const attributes = { strides: [1, 1], padding: [padding, padding], lhsDilation: [1, 1], rhsDilation: [1, 1] };
  return b.finish([b.conv(x, filters, { ...attributes, groups: CHANNELS })]);
}

async function resultOf(runtime: Runtime, graph: Graph, channelBlock: number | null): Promise<readonly number[]> {
  const { InferenceSession: Session } = runtime;
  const { file } = graphToOnnx(graph, { channelBlock });
  const session = await Session.create(file, {
    intraOpNumThreads: 1,
    logSeverityLevel: 4,
    graphOptimizationLevel: 'disabled',
  });
  try {
    const feeds = inputTypes(graph).map((type, i): readonly [string, RuntimeTensor] => {
      // With small integers, sums are exact in any order.
      const data = Float32Array.from({ length: sizeOf(type.shape) }, (_, at) => (at * 7) % 19);
      return [session.inputNames[i], tensorOver(runtime, { ...type, data })];
    });
    const made = await session.run(Object.fromEntries(feeds));
    return Array.from(arrayOver(outputTypes(graph)[0], made[session.outputNames[0]]).data, Number);
  } finally {
    await session.release();
  }
}
