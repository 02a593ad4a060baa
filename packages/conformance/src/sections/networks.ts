import {
  applyComposite,
  type DType,
  type Graph,
  type GraphBuilder,
  gradGraph,
  graphBuilder,
  type HostArray,
  hostArray,
  inputTypes,
  type Shape,
  sizeOf,
  type Value,
} from '@manabi/ir';
import { randomSource } from '@manabi/testing';
import type { Case, Section } from '../matrix.ts';

/** A network and its loss: inputs are the float32 parameters, then the data; the loss is the only output. */
interface Network {
  readonly name: string;
  readonly parameters: readonly Shape[];
  readonly data: readonly { readonly dtype: DType; readonly shape: Shape }[];
  readonly loss: (b: GraphBuilder, parameters: readonly Value[], data: readonly Value[]) => Value;
}

/** Sizes of the networks: larger than a tile of the matrix product, and not multiples of it. */
const [BATCH, FEATURES, HIDDEN, CLASSES] = [33, 70, 37, 10];
const [STEPS, WIDTH, HEADS] = [9, 24, 3];

function dense(b: GraphBuilder, x: Value, weights: Value, bias: Value): Value {
  const last = b.shape(x).length - 1;
  const product = b.dot(x, weights, [], [[last, 0]]);
  return b.add(product, b.expand(bias, b.shape(product), [last]));
}

function crossEntropy(b: GraphBuilder, logits: Value, labels: Value): Value {
  const [losses] = applyComposite(b, 'softmaxCrossEntropy', [logits, labels], { axis: 1, ignoreIndex: null });
  return applyComposite(b, 'reduceMean', [losses], { axes: [0] })[0];
}

/** Computes causal self-attention; maps [batch, steps, width] to the same shape. */
function attention(b: GraphBuilder, x: Value, weights: readonly Value[]): Value {
  const [batch] = b.shape(x);
  const heads = (of: Value) => b.reshape(b.dot(x, of, [], [[2, 0]]), [batch, STEPS, HEADS, WIDTH / HEADS]);
  const [queries, keys, values] = weights.slice(0, 3).map(heads);
  const pairs = [
    [0, 0],
    [2, 2],
  ] as const;
  const scores = b.dot(queries, keys, pairs, [[3, 3]]);
  const shape = b.shape(scores);
  const isLater = b.less(b.iota('int32', shape, 2), b.iota('int32', shape, 3));
  const scaled = b.mul(scores, b.full(scores, Math.sqrt(HEADS / WIDTH)));
  const [shares] = applyComposite(b, 'softmax', [b.select(isLater, b.full(scaled, -1e9), scaled)], { axis: 3 });
  const mixed = b.dot(
    shares,
    values,
    [
      [0, 0],
      [1, 2],
    ],
    [[3, 1]],
  );
  return b.dot(b.reshape(b.transpose(mixed, [0, 2, 1, 3]), [batch, STEPS, WIDTH]), weights[3], [], [[2, 0]]);
}

const networks: readonly Network[] = [
  {
    name: 'dense layers',
    parameters: [[FEATURES, HIDDEN], [HIDDEN], [HIDDEN, CLASSES], [CLASSES]],
    data: [
      { dtype: 'float32', shape: [BATCH, FEATURES] },
      { dtype: 'int32', shape: [BATCH] },
    ],
    loss: (b, [w1, b1, w2, b2], [x, labels]) => {
      const [hidden] = applyComposite(b, 'relu', [dense(b, x, w1, b1)], {});
      return crossEntropy(b, dense(b, hidden, w2, b2), labels);
    },
  },
  {
    name: 'batch normalization and dropout',
    parameters: [[FEATURES, HIDDEN], [HIDDEN], [HIDDEN], [HIDDEN, CLASSES], [CLASSES]],
    data: [
      { dtype: 'float32', shape: [BATCH, FEATURES] },
      { dtype: 'int32', shape: [BATCH] },
      { dtype: 'uint32', shape: [2] },
    ],
    loss: (b, [w1, scale, bias, w2, b2], [x, labels, key]) => {
      const product = b.dot(x, w1, [], [[1, 0]]);
      const [normal] = applyComposite(b, 'batchNormTraining', [product, scale, bias], { axis: 1, epsilon: 1e-3 });
      const [hidden] = applyComposite(b, 'gelu', [normal], { approximate: false });
      const [kept] = applyComposite(b, 'dropout', [hidden, key], { rate: 0.3 });
      return crossEntropy(b, dense(b, kept, w2, b2), labels);
    },
  },
  {
    name: 'embedding, attention and layer normalization',
    parameters: [
      [19, WIDTH],
      ...Array.from({ length: 4 }, () => [WIDTH, WIDTH]),
      [WIDTH],
      [WIDTH],
      [WIDTH, CLASSES],
      [CLASSES],
    ],
    data: [
      { dtype: 'int32', shape: [5, STEPS] },
      { dtype: 'int32', shape: [5] },
    ],
    loss: (b, [table, wq, wk, wv, wo, scale, bias, w, c], [words, labels]) => {
      const x = b.gather(table, words, 0);
      const [normal] = applyComposite(b, 'layerNorm', [x, scale, bias], { axes: [2], epsilon: 1e-5 });
      const y = b.add(x, attention(b, normal, [wq, wk, wv, wo]));
      const [pooled] = applyComposite(b, 'reduceMean', [y], { axes: [1] });
      return crossEntropy(b, dense(b, pooled, w, c), labels);
    },
  },
  {
    name: 'recurrent steps',
    parameters: [[6, 11], [11, 11], [11], [11, 1]],
    data: [
      { dtype: 'float32', shape: [7, 5, 6] },
      { dtype: 'float32', shape: [7, 1] },
    ],
    loss: (b, [wx, wh, c, wo], [x, y]) => {
      let state = b.constant(0, 'float32', [7, 11]);
      for (let t = 0; t < 5; t++) {
        const now = b.reshape(b.slice(x, [0, t, 0], [7, t + 1, 6], [1, 1, 1]), [7, 6]);
        state = b.tanh(b.add(dense(b, now, wx, c), b.dot(state, wh, [], [[1, 0]])));
      }
      const error = b.sub(b.dot(state, wo, [], [[1, 0]]), y);
      return applyComposite(b, 'reduceMean', [b.mul(error, error)], { axes: [0, 1] })[0];
    },
  },
];

/**
 * Section of the test matrix with losses and gradients of small networks, computed alone and in a training step that
 * updates donated parameters.
 */
export const networkSection: Section = {
  name: 'networks',
  groups: networks.map((network) => ({
    name: network.name,
    family: 'networks',
    cases: () => [gradientCase(network), updateCase(network)],
  })),
};

function lossGraph({ parameters, data, loss }: Network): Graph {
  const b = graphBuilder();
  const weights = parameters.map((shape) => b.input({ dtype: 'float32', shape }));
  const given = data.map((type) => b.input(type));
  return b.finish([b.reshape(loss(b, weights, given), [])]);
}

function gradientCase(network: Network): Case {
  const graph = gradGraph(lossGraph(network), { wrt: network.parameters.map((_, i) => i) });
  return { name: 'gradients', graph, inputs: inputsOf(graph, network) };
}

/**
 * Builds one step of Adam (Kingma, Ba, "Adam", 2015), from (parameters, data, first and second moments) to (loss, new
 * parameters and moments).
 */
function updateCase(network: Network): Case {
  const gradients = gradGraph(lossGraph(network), { wrt: network.parameters.map((_, i) => i) });
  const count = network.parameters.length;
  const b = graphBuilder();
  const given = inputTypes(gradients).map((type) => b.input(type));
  const moments = [0, 1].map(() => network.parameters.map((shape) => b.input({ dtype: 'float32', shape })));
  const [loss, ...slopes] = b.inline(gradients, given);
  const updated = slopes.map((g, i) => {
    const mix = (x: Value, y: Value, share: number) =>
      b.add(b.mul(x, b.full(x, share)), b.mul(y, b.full(y, 1 - share)));
    const first = mix(moments[0][i], g, 0.9);
    const second = mix(moments[1][i], b.mul(g, g), 0.999);
    const size = b.add(b.sqrt(second), b.full(second, 1e-7));
    return [b.sub(given[i], b.mul(b.div(first, size), b.full(size, 0.01))), first, second];
  });
  const graph = b.finish([loss, ...updated.flat()]);
  const later = given.length;
  const donated = [...network.parameters.keys(), ...Array.from({ length: 2 * count }, (_, i) => later + i)];
  return { name: 'update', graph, inputs: inputsOf(graph, network), donated };
}

/** Returns random inputs: weights scaled by their fan-in, data in [-1, 1], positive moments. */
function inputsOf(graph: Graph, { parameters, data }: Network): readonly HostArray[] {
  const source = randomSource(11);
  return inputTypes(graph).map(({ dtype, shape }, i) => {
    const length = sizeOf(shape);
    if (dtype === 'int32') return hostArray(dtype, shape, source.int32Array(length, 0, CLASSES));
    if (dtype === 'uint32') return hostArray(dtype, shape, Uint32Array.from(source.int32Array(length, 0, 1e9)));
    const isMoment = i >= parameters.length + data.length;
    const scale = i < parameters.length ? 1 / Math.sqrt(shape[0]) : 1;
    return hostArray('float32', shape, source.float32Array(length, isMoment ? 0.1 : -scale, scale));
  });
}
