import {
  type Attributes,
  type Graph,
  type GraphBuilder,
  graphBuilder,
  type OpName,
  type Padding,
  simplify,
  type Value,
  vjpGraph,
} from '@manabi/ir';
import { expectSameResults } from '../same-results.fixture.ts';
import { sinkTransposes } from '../sink-transposes.ts';

/** A convolution of images [N, n..., C] with filters [k..., C / groups, O], as in a layer. */
export interface LayerConvolution {
  readonly images: readonly number[];
  readonly filters: readonly number[];
  readonly stride?: number;
  readonly dilation?: number;
  readonly padding?: Padding;
  readonly groups?: number;
  /** How filters are stored: with channels last by default. */
  readonly order?: (b: GraphBuilder, filters: Value) => Value;
}

/** Transposes filters [k..., C, O] to [O, C, k...]. */
export function transposed(b: GraphBuilder, filters: Value): Value {
  const { length } = b.shape(filters);
  return b.transpose(filters, [length - 1, length - 2, ...Array.from({ length: length - 2 }, (_, axis) => axis)]);
}

export function attributesOf({
  images,
  stride = 1,
  dilation = 1,
  padding = [0, 0],
  groups = 1,
}: LayerConvolution): Attributes['conv'] {
  const spatial = images.slice(2);
  return {
    strides: spatial.map(() => stride),
    padding: spatial.map(() => padding),
    lhsDilation: spatial.map(() => 1),
    rhsDilation: spatial.map(() => dilation),
    groups,
  };
}

/** Creates the graph of a convolution as in a layer, and of its gradients. */
export function gradientsOf(given: LayerConvolution): Graph {
  const { images, filters, order = transposed } = given;
  const b = graphBuilder();
  const x = b.input({ dtype: 'float32', shape: images });
  const weights = b.input({ dtype: 'float32', shape: filters });
  const axes = images.map((_, axis) => axis);
  const last = axes.length - 1;
  const y = b.conv(b.transpose(x, [0, last, ...axes.slice(1, -1)]), order(b, weights), attributesOf(given));
  const result = b.transpose(y, [0, ...axes.slice(2), 1]);
  return simplify(vjpGraph(b.finish([b.mul(result, result)]), { wrt: [0, 1] }), { final: true });
}

/** Applies a pass, and expects the same results, also after transposes have moved. */
export function rewrittenBy(pass: (graph: Graph) => Graph, graph: Graph): Graph {
  const result = simplify(pass(graph), { final: true });
  expectSameResults(result, graph, 1e-4);
  expectSameResults(simplify(sinkTransposes(result), { final: true }), graph, 1e-4);
  return result;
}

export function countOf(graph: Graph, name: OpName): number {
  return graph.nodes.filter(({ op }) => op === name).length;
}
